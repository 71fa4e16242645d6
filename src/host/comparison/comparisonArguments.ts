import { mostCompared } from '../../core/comparisonMatch';
import type { ConnectOptions } from '../../core/endpoint';
import { ProblemError, problem } from '../../core/problem';

/** What `compare` is told. */
export interface CompareOptions {
	/** Addresses, or what `connect` takes; the demo server's four where left out. */
	readonly urls?: readonly (string | ConnectOptions)[];
	/** How long to compare, once every session is open, before the report is told; 0 where left out. */
	readonly seconds?: number;
	/** `false`: leave the panel alone. */
	readonly show?: boolean;
}

/** Options with each address as what `connect` takes. */
export interface CompareRequest {
	/** Undefined: the demo server's four. */
	readonly endpoints: readonly ConnectOptions[] | undefined;
	readonly seconds: number;
	readonly show: boolean;
}

const mostSeconds = 86_400;

/** Reads what the command is called with: a list of URLs, or options. Throws `invalidOption` for anything else. */
export function compareRequest(argument: unknown): CompareRequest {
	const options = (Array.isArray(argument) ? { urls: argument } : argument) as CompareOptions;
	if (typeof options !== 'object' || options === null) {
		throw wrong('options', argument, 'a list of URLs, or { urls?, seconds?, show? }');
	}
	const { urls, seconds = 0, show = true } = options;
	if (urls !== undefined && !(Array.isArray(urls) && urls.length >= 2 && urls.length <= mostCompared)) {
		throw wrong('urls', urls, `a list of 2 to ${mostCompared} URLs`);
	}
	if (!(typeof seconds === 'number' && seconds >= 0 && seconds <= mostSeconds)) {
		throw wrong('seconds', seconds, `a number from 0 to ${mostSeconds.toLocaleString('en')}`);
	}
	if (typeof show !== 'boolean') {
		throw wrong('show', show, 'true or false');
	}
	const endpoints = urls?.map((each: unknown, at) => {
		if (typeof each === 'string') {
			return { url: each };
		}
		if (typeof (each as ConnectOptions | null | undefined)?.url !== 'string') {
			throw wrong(`urls[${at}]`, each, 'a URL, or options such as { url: "ws://localhost:8080/feed" }');
		}
		return each as ConnectOptions;
	});
	return { endpoints, seconds, show };
}

function wrong(what: string, value: unknown, expected: string): ProblemError {
	return new ProblemError(problem('invalidOption', { what, value: shownValue(value).slice(0, 120), expected }));
}

/** A value of any kind as a text. */
function shownValue(value: unknown): string {
	if (typeof value === 'string') {
		return value;
	}
	try {
		return JSON.stringify(value) ?? String(value);
	} catch {
		// A large integer, or an object that holds itself.
		return typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
	}
}
