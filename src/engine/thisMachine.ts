import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Whether `address:port` is of this machine (a loopback address, or one of its own), so that its clock is ours. */
export function isOfThisMachine(remote: string): boolean {
	const address = remote
		.replace(/:\d+$/, '')
		.replace(/^\[|\]$/g, '')
		.replace(/^::ffff:/i, '');
	if (isIP(address) === 0) {
		return false;
	}
	if (address === '::1' || address.startsWith('127.')) {
		return true;
	}
	return Object.values(networkInterfaces()).some((list) => list?.some((entry) => entry.address === address));
}
