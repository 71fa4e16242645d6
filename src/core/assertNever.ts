/** Closes a switch over a discriminated union: the build fails when a case is missing, and a value from outside throws. */
export function assertNever(value: never): never {
	throw new Error(`Unexpected message: ${JSON.stringify(value)}`);
}
