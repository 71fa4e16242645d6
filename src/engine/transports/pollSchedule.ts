/** When polls are due: the first at its start, and each one an interval after the one before, however long answers take. */
export class PollSchedule {
	/** All times are of one clock, in milliseconds. One that is set forward leaves polls out, and makes none wait longer. */
	constructor(
		readonly startedAtMs: number,
		private readonly intervalMs: number,
	) {}

	/** The first due time after the one given. */
	dueAfter(atMs: number): number {
		const passed = Math.floor((atMs - this.startedAtMs) / this.intervalMs);
		const dueAtMs = this.startedAtMs + (passed + 1) * this.intervalMs;
		// A quotient that was rounded up or down must not make the next poll due now, or leave one out.
		return dueAtMs > atMs ? dueAtMs : dueAtMs + this.intervalMs;
	}
}
