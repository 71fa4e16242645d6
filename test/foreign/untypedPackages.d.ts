/** What the tests use of packages that bring no types. */

declare module 'pouchdb-core' {
	interface PouchDBConstructor {
		plugin(plugin: unknown): PouchDBConstructor;
		defaults(options: { adapter: string }): PouchDBConstructor;
	}
	const PouchDB: PouchDBConstructor;
	export default PouchDB;
}

declare module 'pouchdb-adapter-memory' {
	const plugin: unknown;
	export default plugin;
}

declare module 'express-pouchdb' {
	import type { RequestListener } from 'node:http';
	import type PouchDB from 'pouchdb-core';
	export default function expressPouchDB(
		pouchDB: typeof PouchDB,
		options: { mode: 'minimumForPouchDB'; inMemoryConfig: boolean },
	): RequestListener;
}
