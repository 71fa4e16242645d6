// @ts-check
/**
 * Stops with one sentence when the Node that runs a script is older than the project supports. Import it first: what is
 * imported after it may use newer features.
 */

const oldestMajor = 20;
const major = Number(process.versions.node.split('.')[0]);

if (major < oldestMajor) {
	console.error(
		`This is Node ${process.versions.node}; Transport Inspector is built with Node ${oldestMajor} or later. Install a current Node and run the command again.`,
	);
	process.exit(1);
}
