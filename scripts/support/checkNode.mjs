// @ts-check
/**
 * Stops with one sentence when the Node that runs a script is older than the project supports. Import it first: what is
 * imported after it may use newer features.
 */

// 20.19 is the oldest that the test runner takes.
const oldest = /** @type {const} */ ([20, 19]);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
	console.error(
		`This is Node ${process.versions.node}; Transport Inspector is built with Node ${oldest.join('.')} or later. Install a current Node and run the command again.`,
	);
	process.exit(1);
}
