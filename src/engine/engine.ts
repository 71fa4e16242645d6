import { assertNever } from '../core/assertNever';
import { frameFlag } from '../core/frame';
import type { EngineCalls, EngineToHost, HostToEngine, Payload, SessionRate } from '../core/messages';
import { ProblemError, problem, problemOf } from '../core/problem';
import { chartOf, seqAt } from './charts';
import { Comparison } from './comparison';
import { exportedFrames, exportJsonLines } from './exportedFrame';
import { Session } from './session';
import { View } from './view';

/** The tree and the status bar are told rates at most so often. */
const ratesAfterMs = 1000;

/** All sessions and views of one engine thread; it answers messages and posts its own. */
export class Engine {
	readonly #sessions = new Map<string, Session>();
	readonly #views = new Map<string, View>();
	readonly #comparisons = new Map<string, Comparison>();
	readonly #changedRates = new Set<Session>();
	#ratesTimer: NodeJS.Timeout | undefined;
	readonly #disposing = new AbortController();
	readonly #exports = new Set<Promise<number>>();

	constructor(
		private readonly post: (message: EngineToHost, transfer?: ArrayBuffer[]) => void,
		private readonly nowMs: () => number,
		/** How far `nowMs` is off the wall clock, as far as was seen. */
		private readonly clockDisagreementMs: () => number = () => 0,
	) {}

	receive(message: HostToEngine): void {
		switch (message.type) {
			case 'request':
				void this.#answer(message.id, message.call, message.args);
				return;
			case 'viewChanged': {
				const view = this.#views.get(message.viewId);
				if (view?.session.id === message.sessionId) {
					view.change(message);
					return;
				}
				view?.dispose();
				const session = this.#sessions.get(message.sessionId);
				if (session !== undefined) {
					const { viewId } = message;
					const created = new View(
						session,
						message,
						(tick) => {
							const transfer = tick.series === undefined ? [tick.rows] : [tick.rows, tick.series];
							this.post({ type: 'viewTick', viewId, tick }, transfer);
						},
						this.nowMs,
					);
					this.#views.set(viewId, created);
				}
				return;
			}
			case 'painted':
				this.#views.get(message.viewId)?.painted(message.tick);
				return;
			case 'viewClosed':
				this.#views.get(message.viewId)?.dispose();
				this.#views.delete(message.viewId);
				return;
			default:
				assertNever(message);
		}
	}

	async #answer<Name extends keyof EngineCalls>(
		id: number,
		name: Name,
		args: EngineCalls[Name]['args'],
	): Promise<void> {
		try {
			const result = await this.#calls[name](args);
			this.post({ type: 'answered', id, result });
		} catch (error) {
			const reason = problemOf(error);
			if (reason.code === 'internal') {
				this.post({
					type: 'logged',
					level: 'error',
					text: error instanceof Error ? (error.stack ?? '') : String(error),
				});
			}
			this.post({ type: 'refused', id, problem: reason });
		}
	}

	readonly #calls: {
		readonly [Name in keyof EngineCalls]: (
			args: EngineCalls[Name]['args'],
		) => EngineCalls[Name]['result'] | Promise<EngineCalls[Name]['result']>;
	} = {
		connect: async ({ sessionId, endpoint, capture }) => {
			const session = new Session(sessionId, endpoint, capture, this.#owner);
			this.#sessions.set(sessionId, session);
			await session.connect();
			return null;
		},
		restore: ({ sessionId, endpoint, capture }) => {
			const session = new Session(sessionId, endpoint, capture, this.#owner);
			this.#sessions.set(sessionId, session);
			session.restore();
			return null;
		},
		disconnect: async ({ sessionId }) => {
			await this.#session(sessionId).disconnect();
			return null;
		},
		reconnect: async ({ sessionId, transport }) => {
			await this.#session(sessionId).connect(transport);
			return null;
		},
		pause: ({ sessionId, paused }) => {
			this.#session(sessionId).pause(paused);
			return null;
		},
		clear: async ({ sessionId }) => {
			await this.#session(sessionId).clear();
			return null;
		},
		remove: async ({ sessionId }) => {
			const session = this.#session(sessionId);
			this.#sessions.delete(sessionId);
			this.#changedRates.delete(session);
			for (const [viewId, view] of this.#views) {
				if (view.session === session) {
					view.dispose();
					this.#views.delete(viewId);
				}
			}
			for (const comparison of [...this.#comparisons.values()].filter((each) => each.sessions.includes(session))) {
				this.#endComparison(comparison.id);
			}
			await session.dispose(false);
			return null;
		},
		send: async ({ sessionId, payload, kind }) => {
			await this.#session(sessionId).send(payload, kind);
			return null;
		},
		statistics: ({ sessionId }) => this.#session(sessionId).statistics(),
		setTimestampPath: ({ sessionId, path }) => {
			this.#session(sessionId).setTimestampPath(path);
			return null;
		},
		setSequencePath: ({ sessionId, path }) => {
			this.#session(sessionId).setSequencePath(path);
			return null;
		},
		setClock: ({ sessionId, clock }) => {
			this.#session(sessionId).setClock(clock);
			return null;
		},
		exportFrames: async ({ sessionId, file }) => {
			const lines = exportJsonLines(this.#session(sessionId), file, this.#disposing.signal);
			this.#exports.add(lines);
			try {
				return await lines;
			} finally {
				this.#exports.delete(lines);
			}
		},
		frames: ({ sessionId, fromSeq, toSeq }) => exportedFrames(this.#session(sessionId), fromSeq, toSeq),
		payload: ({ sessionId, seq, maxBytes }) => payloadOf(this.#session(sessionId), seq, maxBytes),
		chart: ({ sessionId, request }) => chartOf(this.#session(sessionId), request, this.nowMs()),
		seqAt: ({ sessionId, atMs }) => seqAt(this.#session(sessionId), atMs),
		compare: ({ comparisonId, sessionIds }) => {
			const sessions = sessionIds.map((id) => this.#session(id));
			this.#endComparison(comparisonId);
			this.#comparisons.set(comparisonId, new Comparison(comparisonId, sessions, this.nowMs));
			return null;
		},
		comparison: ({ comparisonId }) => this.#comparisons.get(comparisonId)?.report() ?? null,
		endComparison: ({ comparisonId }) => {
			this.#endComparison(comparisonId);
			return null;
		},
		dispose: async () => {
			clearTimeout(this.#ratesTimer);
			this.#disposing.abort();
			await Promise.allSettled(this.#exports);
			for (const view of this.#views.values()) {
				view.dispose();
			}
			this.#views.clear();
			for (const id of [...this.#comparisons.keys()]) {
				this.#endComparison(id);
			}
			await Promise.all([...this.#sessions.values()].map((session) => session.dispose(true)));
			this.#sessions.clear();
			return null;
		},
	};

	readonly #owner = {
		nowMs: (): number => this.nowMs(),
		clockDisagreementMs: (): number => this.clockDisagreementMs(),
		changed: (session: Session): void => {
			if (this.#sessions.has(session.id)) {
				this.post({ type: 'sessionChanged', session: session.summary() });
			}
			for (const comparison of this.#comparisons.values()) {
				if (comparison.sessions.includes(session)) {
					comparison.stateChanged();
				}
			}
		},
		dirtied: (session: Session): void => {
			for (const view of this.#views.values()) {
				if (view.session === session) {
					view.touch();
				}
			}
			this.#changedRates.add(session);
			this.#ratesTimer ??= setTimeout(() => this.#postRates(), ratesAfterMs);
		},
	};

	#postRates(): void {
		this.#ratesTimer = undefined;
		const rates: SessionRate[] = [];
		for (const session of this.#changedRates) {
			session.settled();
			const statistics = session.statistics();
			rates.push({
				sessionId: session.id,
				framesPerSecond: statistics.framesPerSecond,
				framesReceived: statistics.framesReceived,
				lagP50Ms: statistics.lagMs.p50,
			});
			if (statistics.framesPerSecond === 0) {
				this.#changedRates.delete(session);
			}
		}
		this.post({ type: 'sessionRates', rates });
		if (this.#changedRates.size > 0) {
			// A stream that stops must be seen to fall to zero.
			this.#ratesTimer = setTimeout(() => this.#postRates(), ratesAfterMs);
		}
	}

	#endComparison(comparisonId: string): void {
		this.#comparisons.get(comparisonId)?.dispose();
		this.#comparisons.delete(comparisonId);
	}

	#session(sessionId: string): Session {
		const session = this.#sessions.get(sessionId);
		if (session === undefined) {
			throw new ProblemError(problem('unknownSession', { session: sessionId }));
		}
		return session;
	}
}

function payloadOf(session: Session, seq: number, maxBytes: number): Payload {
	const { capture } = session;
	const row = capture.row(seq);
	if (row === undefined) {
		return {
			type: 'payload',
			seq,
			found: false,
			kind: 0,
			flags: 0,
			arrivedAtMs: 0,
			lagMs: null,
			sizeBytes: 0,
			wireBytes: 0,
			name: '',
			bytes: new ArrayBuffer(0),
		};
	}
	const payload = capture.payload(row, maxBytes);
	const lagMs = session.lagMs(row);
	const meta = row.flags & frameFlag.meta ? capture.meta(row) : undefined;
	return {
		type: 'payload',
		seq,
		found: true,
		kind: row.kind,
		flags: row.flags,
		arrivedAtMs: row.arrivedAtMs,
		lagMs: Number.isNaN(lagMs) ? null : lagMs,
		sizeBytes: row.sizeBytes,
		wireBytes: row.wireBytes,
		name: capture.fullName(row, meta),
		meta,
		// A buffer of exactly the payload's length: a view would take all that it looks into along.
		bytes: payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.byteLength),
	};
}
