// @ts-check
/**
 * Loaded into a VS Code server before its own code (`node --require`): ends the server's process group when the script
 * that started it is gone, however that ended. Its standard input is a pipe from that script, which the system closes.
 */

// The server's own child processes inherit the flag that loads this file, but not the pipe.
if (process.argv[1]?.endsWith('server-main.js')) {
	process.stdin.on('end', () => process.kill(0, 'SIGKILL'));
	process.stdin.on('error', () => process.kill(0, 'SIGKILL'));
	process.stdin.resume();
}
