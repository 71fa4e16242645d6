import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsOptions } from '../../core/endpoint';
import { ProblemError, problem } from '../../core/problem';

/**
 * Reads the files that TLS options name. Throws `certificateUnreadable` for a file that is not there, is not what its
 * option says, or does not fit the other one.
 */
export function readTlsOptions(tls: TlsOptions): { rejectUnauthorized: boolean; secureContext?: SecureContext } {
	const { verify, caFile, clientCertificateFile, clientKeyFile } = tls;
	if (caFile === undefined && clientCertificateFile === undefined && clientKeyFile === undefined) {
		return { rejectUnauthorized: verify };
	}
	const ca = caFile && readPem(caFile, checkCertificate);
	// One file may hold the certificate and its key.
	const certificateFile = clientCertificateFile ?? clientKeyFile;
	const keyFile = clientKeyFile ?? clientCertificateFile;
	const cert = certificateFile && readPem(certificateFile, checkCertificate);
	const key = keyFile && readPem(keyFile, checkKey);
	try {
		// A context made once is cheaper than its files' text, by which an agent would tell its connections apart.
		return { rejectUnauthorized: verify, secureContext: createSecureContext({ ca, cert, key }) };
	} catch (error) {
		throw unreadable(keyFile ?? caFile ?? '', reasonOf(error));
	}
}

function readPem(file: string, check: (pem: Buffer) => void): Buffer {
	let pem: Buffer;
	try {
		pem = readFileSync(file);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw unreadable(
			file,
			code === 'ENOENT'
				? 'there is no such file'
				: code === 'EISDIR'
					? 'it is a folder'
					: code === 'EACCES'
						? 'it may not be read'
						: reasonOf(error),
		);
	}
	try {
		check(pem);
	} catch (error) {
		throw unreadable(file, reasonOf(error));
	}
	return pem;
}

function checkCertificate(pem: Buffer): void {
	if (!pem.includes('-----BEGIN ')) {
		throw new Error('it is not a PEM file');
	}
	if (!/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(pem.toString('latin1'))) {
		throw new Error('it holds no certificate');
	}
	new X509Certificate(pem);
}

function checkKey(pem: Buffer): void {
	if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem.toString('latin1'))) {
		throw new Error('it holds no private key');
	}
	try {
		createPrivateKey(pem);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw code === 'ERR_MISSING_PASSPHRASE' ? new Error('its key is locked by a passphrase') : error;
	}
}

function unreadable(file: string, reason: string): ProblemError {
	return new ProblemError(problem('certificateUnreadable', { file, reason }));
}

/** OpenSSL's own words without the numbers around them. */
function reasonOf(error: unknown): string {
	const { reason, message } = error as Error & { readonly reason?: string };
	return reason ?? message.replace(/^error:[0-9A-F]+:([^:]*:)*/i, '');
}
