import { join } from 'node:path';

/** The path of one of this folder's files. Tests are run from the repository's root, wherever they are bundled to. */
export function certificateFile(name: string): string {
	return join(process.cwd(), 'test/support/certificates', name);
}
