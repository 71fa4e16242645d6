import { ProblemError, problem } from '../problem';

/** A path into a JSON value, read once and used often. */
export interface JsonPath {
	/** As it was written. */
	readonly text: string;
	readonly steps: readonly JsonStep[];
}

/** A member's name, or an element's index; a negative index counts from the end. */
export type JsonStep = JsonName | number;

export interface JsonName {
	readonly name: string;
	/** The name as UTF-8. */
	readonly bytes: Uint8Array;
}

const expected = 'a JSON path such as $.data[0].sentAt or $["sent at"]';
const encoder = new TextEncoder();

/**
 * Reads a JSON path in the singular form of RFC 9535 §2.3.5.1: `$`, then `.name`, `['name']`, `["name"]`, `[0]` or
 * `[-1]`, each naming one value. Throws a `ProblemError` with `invalidOption` for anything else.
 */
export function parseJsonPath(text: string): JsonPath {
	const steps: JsonStep[] = [];
	const source = text.trim();
	const refuse = (): never => {
		throw new ProblemError(problem('invalidOption', { what: 'JSON path', value: text, expected }));
	};
	if (!source.startsWith('$')) {
		refuse();
	}
	// Sticky, so that whatever is not read is noticed.
	const step = /\.([^.*[\]'"\s]+)|\[\s*(-?\d+)\s*\]|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]/y;
	step.lastIndex = 1;
	while (step.lastIndex < source.length) {
		const found = step.exec(source);
		if (!found) {
			return refuse();
		}
		const [, bare, index, single, double] = found;
		if (index !== undefined) {
			steps.push(Number(index));
			continue;
		}
		const name = bare ?? readEscapes(single ?? double ?? '');
		if (name === undefined) {
			return refuse();
		}
		steps.push({ name, bytes: encoder.encode(name) });
	}
	return { text: source, steps };
}

/** Escapes in a quoted name are those of JSON, and `\'`. */
function readEscapes(quoted: string): string | undefined {
	const inner = quoted.replace(/\\.|"/g, (found) => (found === "\\'" ? "'" : found === '"' ? '\\"' : found));
	try {
		return JSON.parse(`"${inner}"`) as string;
	} catch {
		return undefined;
	}
}

/** The value at a path of a parsed JSON value; undefined where there is none. */
export function readJsonPath(value: unknown, path: JsonPath): unknown {
	let at = value;
	for (const step of path.steps) {
		if (typeof step === 'number') {
			at = Array.isArray(at) ? at[step < 0 ? at.length + step : step] : undefined;
		} else {
			at = isObject(at) && Object.hasOwn(at, step.name) ? at[step.name] : undefined;
		}
		if (at === undefined) {
			return undefined;
		}
	}
	return at;
}

/**
 * A copy of a parsed JSON value with `replacement` at the path; objects that are missing on the way are made. Undefined
 * where the path leads through something that is neither an object nor an array that long.
 */
export function withJsonPath(value: unknown, path: JsonPath, replacement: unknown): unknown {
	const set = (at: unknown, depth: number): unknown => {
		const step = path.steps[depth];
		if (step === undefined) {
			return replacement;
		}
		if (typeof step === 'number') {
			const index = Array.isArray(at) && step < 0 ? at.length + step : step;
			if (!Array.isArray(at) || index < 0 || index > at.length) {
				return undefined;
			}
			const child = set(at[index], depth + 1);
			return child === undefined ? undefined : Object.assign([...at], { [index]: child });
		}
		if (at !== undefined && !isObject(at)) {
			return undefined;
		}
		const child = set(at !== undefined && Object.hasOwn(at, step.name) ? at[step.name] : undefined, depth + 1);
		if (child === undefined) {
			return undefined;
		}
		// Not by assignment: "__proto__" is a name like any other in JSON.
		return Object.defineProperty({ ...at }, step.name, {
			value: child,
			enumerable: true,
			configurable: true,
			writable: true,
		});
	};
	return set(value, 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export { arrayElementSpans, type JsonSpan, locateJsonPath } from './locate';
