import type { IncomingMessage } from 'node:http';
import { headWithoutCredentials } from '../../core/credentials';
import {
	applyCursor,
	type Cursor,
	type CursorPlan,
	cursorOf,
	detectCursor,
	planCursor,
	validatorsOf,
} from '../../core/cursor';
import type { Endpoint } from '../../core/endpoint';
import { type CycleMeta, createFrameRecord, frameFlag, kindCode } from '../../core/frame';
import type { ConnectionEnd, ResumeState } from '../../core/handshake';
import { arrayElementSpans } from '../../core/json/locate';
import { type HttpAnswer, type Problem, problem, problemOf } from '../../core/problem';
import { headOf, mediaTypeOf } from './httpAnswer';
import { HttpConnections } from './httpConnections';
import { headBytes, type StartedRequest, tellAnswered } from './httpRequest';
import { isFinalStatus } from './httpStatus';
import { type CycleResult, PollCycle } from './pollCycle';
import { PollSchedule } from './pollSchedule';
import type { Traffic, Transport, TransportSink } from './transport';

/**
 * What sets long polling and polling apart.
 *
 * - `held`: the server may hold a request as long as it likes: held for a while, it counts as open. `restMs` is called when
 *   a cycle is over, and tells how long to wait until the next request, in milliseconds; 0 sends it at once. `news` is false
 *   where the cycle brought nothing and the server did not hold it, either.
 * - else a request is due every `intervalMs`, from the first one on. Those that come due while one is under way are left out.
 */
export type PollPace =
	| { readonly held: true; restMs(news: boolean): number }
	| { readonly held: false; readonly intervalMs: number };

/** A request that is held for so long without an answer is a long poll at work. */
const heldOpenMs = 1000;
/** An answer that comes sooner than this was not held. */
const notHeldMs = 20;
/** `auto` looks at so many answers that have a body for a cursor that it knows. */
const mostLooks = 8;

/**
 * One request after the other, each answer a frame of kind `cycle` with its events behind it. Its `ResumeState` carries
 * the cursor, so that the transport after it goes on where this one ended.
 *
 * Polling sends its request again and again by its nature, and a failure or a POST changes nothing about that: RFC 9110
 * §9.2.2 lets a client repeat a request whose meaning it knows to be idempotent, and whoever asks for polling says that it
 * is. The cursor makes it so, since the same place in the feed is asked for again.
 */
export class PollTransport implements Transport {
	readonly #connections: HttpConnections;
	readonly #record = createFrameRecord();
	#plan: CursorPlan | undefined;
	/** Of polling, from the first request on. */
	#schedule: PollSchedule | undefined;
	#looks = 0;
	#cycle: PollCycle | undefined;
	#cursorSent: Cursor = { value: undefined, lastModified: undefined };
	#opened = false;
	#paused = false;
	/** What waits is still reported, and no further request is sent. */
	#closing = false;
	/** A cycle that was over while reading was paused. */
	#waiting: CycleResult | undefined;
	/** A request that came due while reading was paused. */
	#waitingStart: (() => void) | undefined;
	#heldTimer: NodeJS.Timeout | undefined;
	#paceTimer: NodeJS.Timeout | undefined;
	#end: ConnectionEnd | undefined;

	constructor(
		private readonly endpoint: Endpoint,
		private readonly resumeState: ResumeState,
		private readonly sink: TransportSink,
		private readonly nowMs: () => number,
		private readonly pace: PollPace,
	) {
		this.#connections = new HttpConnections(endpoint, nowMs);
	}

	open(): void {
		if (this.#plan !== undefined || this.#end !== undefined) {
			return;
		}
		const { cursor } = this.endpoint;
		try {
			this.#plan = planCursor(cursor === 'auto' ? (this.resumeState.cursorPreset ?? cursor) : cursor);
			this.#start(this.#plan);
		} catch (error) {
			process.nextTick(() => this.#finish({ by: 'failed', final: true, problem: problemOf(error) }));
		}
	}

	close(): void {
		const result = this.#waiting;
		if (result !== undefined && this.#end === undefined) {
			// It was answered in full before the user's word, and its server won't send it again.
			this.#waiting = undefined;
			this.#paused = false;
			this.#closing = true;
			this.#cycleDone(result);
		}
		this.#finish({ by: 'user', final: true });
	}

	pause(): void {
		this.#paused = true;
		this.#cycle?.pause();
	}

	resume(): void {
		this.#paused = false;
		this.#cycle?.resume();
		const result = this.#waiting;
		this.#waiting = undefined;
		if (result !== undefined) {
			this.#cycleDone(result);
		}
		const start = this.#waitingStart;
		this.#waitingStart = undefined;
		start?.();
	}

	traffic(): Traffic {
		return this.#connections.traffic();
	}

	#start(plan: CursorPlan): void {
		const { url, body } = this.endpoint;
		const { cursor: value, lastModified } = this.resumeState;
		this.#cursorSent = { value, lastModified };
		const cycle = new PollCycle(
			this.#connections,
			this.endpoint,
			{
				request: applyCursor({ url, headers: [], body }, plan, this.#cursorSent),
				limitsAnswer: !this.pace.held && !this.#opened,
			},
			{
				sent: (started) => this.#sent(started),
				answered: (started, response) => this.#answered(started, response),
				done: (result) => this.#cycleDone(result),
			},
		);
		this.#cycle = cycle;
		if (this.#paused) {
			cycle.pause();
		}
		cycle.start();
	}

	#sent(started: StartedRequest): void {
		this.#beginSchedule(started);
		if (this.pace.held && !this.#opened) {
			clearTimeout(this.#heldTimer);
			this.#heldTimer = setTimeout(() => this.#open(started, undefined), heldOpenMs);
		}
	}

	/** The first request went out: the others are due from it on. */
	#beginSchedule(started: StartedRequest): void {
		const startedAtMs = started.unsentAtMs();
		if (!this.pace.held && this.#schedule === undefined && startedAtMs !== undefined) {
			this.#schedule = new PollSchedule(startedAtMs, this.pace.intervalMs);
			// What the connection before left unanswered may have been due earlier; this one does not wait for its next.
			this.resumeState.dueAtMs = Math.min(this.resumeState.dueAtMs ?? startedAtMs, startedAtMs);
		}
	}

	#open(started: StartedRequest, response: IncomingMessage | undefined): void {
		clearTimeout(this.#heldTimer);
		if (!this.#opened && this.#end === undefined) {
			this.#opened = true;
			this.sink.opened(started.handshake(response));
		}
	}

	#answered(started: StartedRequest, response: IncomingMessage): 'read' | 'refuse' {
		clearTimeout(this.#heldTimer);
		// A server may answer before it has the whole request.
		this.#beginSchedule(started);
		tellAnswered(this.sink, started, response);
		if (!isGoodStatus(response.statusCode ?? 0) || (!this.#opened && isForeign(response))) {
			return 'refuse';
		}
		this.#open(started, response);
		return 'read';
	}

	#cycleDone(result: CycleResult): void {
		if (this.#end !== undefined) {
			return;
		}
		if (this.#paused) {
			this.#waiting = result;
			return;
		}
		this.#cycle = undefined;
		clearTimeout(this.#heldTimer);
		const failure = result.problem ?? refusal(result, this.#opened);
		if (failure === undefined) {
			this.#cycleAnswered(result);
			return;
		}
		if (this.#opened) {
			this.#report(result, { outcome: 'failed', events: 0, spans: undefined, cursorReceived: undefined });
		}
		if (this.#closing) {
			return;
		}
		const status = result.response?.statusCode ?? 0;
		const isFinal =
			result.final || failure.code === 'wrongContentType' || (failure.code === 'wrongStatus' && isFinalStatus(status));
		this.#finish({ by: 'failed', final: isFinal, problem: failure });
	}

	#cycleAnswered(result: CycleResult): void {
		if (result.started !== undefined) {
			// A time-out of a request that was held for less than a second opens it too.
			this.#open(result.started, result.response);
		}
		const status = result.response?.statusCode ?? 0;
		const hasBody =
			!result.timedOut && !emptyStatuses.has(status) && !timeOutStatuses.has(status) && !isBlank(result.body);
		const plan = this.#settledPlan(result, hasBody);
		const spans = hasBody ? eventSpans(result.body, plan) : undefined;
		const events = !hasBody ? 0 : spans === undefined ? 1 : spans.length / 2;
		const cursorReceived = this.#keepCursor(plan, result, status);
		const outcome = result.timedOut || timeOutStatuses.has(status) ? 'timedOut' : events === 0 ? 'empty' : 'answered';
		this.#report(result, { outcome, events, spans, cursorReceived });
		if (this.#end !== undefined || this.#closing) {
			return;
		}
		if (outcome === 'answered' && plan.to !== undefined && this.resumeState.cursor === undefined) {
			this.#finish({ by: 'failed', final: true, problem: problem('cursorMissing', { what: sourceText(plan) }) });
			return;
		}
		const isStill = events === 0 || (cursorReceived !== undefined && cursorReceived === cursorText(this.#cursorSent));
		const wasHeld = result.timedOut || result.lastByteAtMs - result.sentAtMs >= notHeldMs;
		const atMs = this.nowMs();
		this.#next(plan, this.pace.held ? atMs + this.pace.restMs(!isStill || wasHeld) : this.#schedule!.dueAfter(atMs));
	}

	/** Sends the next request at that time: at once where that is now, and never before. */
	#next(plan: CursorPlan, atMs: number): void {
		const start = (): void => {
			const restMs = atMs - this.nowMs();
			if (restMs > 0) {
				// Timers count whole milliseconds, and may end before the last one is over.
				this.#paceTimer = setTimeout(start, Math.ceil(restMs));
				return;
			}
			if (this.#paused) {
				this.#waitingStart = start;
				return;
			}
			try {
				this.#start(plan);
			} catch (error) {
				this.#finish({ by: 'failed', final: true, problem: problemOf(error) });
			}
		};
		start();
	}

	/** The plan in use; `auto` becomes what the answer shows. */
	#settledPlan(result: CycleResult, hasBody: boolean): CursorPlan {
		const plan = this.#plan!;
		if (plan.preset !== 'auto' || result.response === undefined || this.#looks >= mostLooks) {
			return plan;
		}
		const preset = detectCursor(result.response.headers, result.body);
		this.#looks += hasBody ? 1 : 0;
		// A validator alone might be all that an empty answer has, and the next one may show more.
		if (preset === undefined || (preset === 'validators' && !hasBody)) {
			return plan;
		}
		this.resumeState.cursorPreset = preset;
		this.#plan = planCursor(preset);
		return this.#plan;
	}

	/** Keeps what the next request has to carry, and says what this answer gave. */
	#keepCursor(plan: CursorPlan, result: CycleResult, status: number): string | undefined {
		const { response } = result;
		if (response === undefined || timeOutStatuses.has(status) || result.timedOut) {
			return undefined;
		}
		if (plan.from.type === 'validators') {
			const validators = validatorsOf(response.headers, status, this.#cursorSent);
			this.resumeState.cursor = validators.value;
			this.resumeState.lastModified = validators.lastModified;
			return validators.value ?? validators.lastModified;
		}
		const cursor = cursorOf(plan, response.headers, result.body, this.#cursorSent.value);
		this.resumeState.cursor = cursor ?? this.resumeState.cursor;
		return cursor;
	}

	#report(
		result: CycleResult,
		found: Pick<CycleMeta, 'outcome' | 'events' | 'cursorReceived'> & {
			readonly spans: readonly number[] | undefined;
		},
	): void {
		const { body, started, response } = result;
		const atMs = this.nowMs();
		const hasAnswer = !Number.isNaN(result.firstByteAtMs) && response !== undefined;
		const head = response && headOf(response);
		const wasSent = !Number.isNaN(result.sentAtMs);
		const isAnswered = hasAnswer && (found.outcome === 'answered' || found.outcome === 'empty');
		const arrivedAtMs = hasAnswer && found.outcome !== 'failed' && !result.timedOut ? result.bodyAtMs : atMs;
		const { lastByteAtMs, formedAtMs, dueAtMs } = this.resumeState;
		const meta: CycleMeta = {
			type: 'cycle',
			// They are kept on disk with every cycle.
			request: headWithoutCredentials(started?.head ?? { line: '', headers: [] }),
			response: head && headWithoutCredentials(head),
			status: response?.statusCode ?? 0,
			// A server may answer before it has the whole request.
			holdMs: wasSent ? Math.max(0, (hasAnswer ? result.firstByteAtMs : atMs) - result.sentAtMs) : 0,
			transferMs: hasAnswer ? result.lastByteAtMs - result.firstByteAtMs : 0,
			blindMs: wasSent && lastByteAtMs !== undefined ? result.sentAtMs - lastByteAtMs : undefined,
			headerBytesUp: wasSent && started !== undefined ? headBytes(started.head) : 0,
			headerBytesDown: result.headBytes,
			bodyBytes: result.bodyBytes,
			events: found.events,
			eventsFollow: found.spans !== undefined,
			reusedConnection: result.reusedConnection,
			dueMs: isAnswered && dueAtMs !== undefined ? result.firstByteAtMs - dueAtMs : undefined,
			stalenessMs: found.events > 0 && formedAtMs !== undefined ? arrivedAtMs - formedAtMs : undefined,
			cursorSent: cursorText(this.#cursorSent),
			cursorReceived: found.cursorReceived,
			outcome: found.outcome,
		};
		if (wasSent) {
			// A request that was never on the wire ends no blind window.
			this.resumeState.lastByteAtMs = hasAnswer ? result.lastByteAtMs : atMs;
		}
		if (isAnswered) {
			this.resumeState.formedAtMs = this.#formedAtMs(result);
			// The first one that is not answered; without an answer it stays the one that it was. So what a lost or late answer
			// kept waiting is counted from when it could have come.
			this.resumeState.dueAtMs = this.#schedule?.dueAfter(result.firstByteAtMs);
		}

		const record = this.#record;
		record.arrivedAtMs = arrivedAtMs;
		record.kind = kindCode.cycle;
		record.flags =
			frameFlag.fin |
			(result.encoded ? frameFlag.rsv1 : 0) |
			(found.outcome === 'empty' || found.outcome === 'timedOut' ? frameFlag.emptyCycle : 0);
		record.bytes = body;
		record.start = 0;
		record.end = body.length;
		record.wireBytes = result.headBytes + result.bodyBytes;
		record.name = '';
		record.meta = meta;
		this.sink.frame(record);

		const spans = found.spans ?? [];
		for (let at = 0; at < spans.length && this.#end === undefined; at += 2) {
			record.arrivedAtMs = arrivedAtMs;
			record.kind = kindCode.event;
			record.flags = frameFlag.fin | frameFlag.partOfCycle;
			record.bytes = body;
			record.start = spans[at]!;
			record.end = spans[at + 1]!;
			// Its bytes were counted with the cycle.
			record.wireBytes = 0;
			record.name = '';
			record.meta = undefined;
			this.sink.frame(record);
		}
	}

	/**
	 * The time before which this answer was not formed. A poll's server looks for news at some time between request and
	 * answer. One that holds the request answers when it has news, and what it answers is on its way for less than it took
	 * TCP to connect.
	 */
	#formedAtMs({ unsentAtMs, firstByteAtMs, tcpMs }: CycleResult): number {
		return this.pace.held && tcpMs !== undefined ? Math.max(unsentAtMs, firstByteAtMs - tcpMs) : unsentAtMs;
	}

	#finish(end: Omit<ConnectionEnd, 'atMs'>): void {
		if (this.#end !== undefined) {
			return;
		}
		this.#end = { atMs: this.nowMs(), ...end };
		clearTimeout(this.#heldTimer);
		clearTimeout(this.#paceTimer);
		this.#waiting = undefined;
		this.#waitingStart = undefined;
		this.#cycle?.abort();
		const report = (): void => this.sink.ended(this.#end!);
		if (this.#plan === undefined) {
			process.nextTick(report);
		} else {
			this.#connections.close(report);
		}
	}
}

/** Answers without content: no content, reset content, not modified (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const emptyStatuses = new Set([204, 205, 304]);
/** Answers that say that nothing came in time: request timeout, gateway timeout (RFC 9110 §15.5.9, §15.6.5). */
const timeOutStatuses = new Set([408, 504]);

function isGoodStatus(status: number): boolean {
	return (status >= 200 && status < 300) || emptyStatuses.has(status) || timeOutStatuses.has(status);
}

/** What no poll is answered with: a web page (a wrong address, a login, a proxy), or an event stream, which would not end. */
function isForeign(response: IncomingMessage): boolean {
	const status = response.statusCode ?? 0;
	const type = mediaTypeOf(response);
	return (
		status >= 200 &&
		status < 300 &&
		!emptyStatuses.has(status) &&
		(type === 'text/html' || type === 'text/event-stream')
	);
}

/** What is wrong with an answer that was refused. */
function refusal(result: CycleResult, opened: boolean): Problem | undefined {
	const { response } = result;
	if (response === undefined) {
		return undefined;
	}
	const status = response.statusCode ?? 0;
	const answer: HttpAnswer = {
		head: headOf(response),
		bodyStart: new TextDecoder().decode(result.body.subarray(0, 4096)),
	};
	if (!isGoodStatus(status)) {
		return problem('wrongStatus', { status, statusText: response.statusMessage ?? '' }, answer);
	}
	if (!opened && isForeign(response)) {
		const contentType = response.headers['content-type'] ?? '';
		return problem('wrongContentType', { contentType, expected: 'JSON or text' }, answer);
	}
	return undefined;
}

/** Only white space, as servers send it to keep a held answer's connection alive. */
function isBlank(body: Uint8Array): boolean {
	for (let at = 0; at < body.length; at++) {
		if (body[at]! > 0x20) {
			return false;
		}
	}
	return true;
}

/** Where the answer's events are: at the rule's path, or all of it is an array; undefined where the answer is one event. */
function eventSpans(body: Uint8Array, plan: CursorPlan): readonly number[] | undefined {
	const atPath = plan.events && arrayElementSpans(body, 0, body.length, plan.events);
	return atPath ?? arrayElementSpans(body, 0, body.length);
}

function sourceText(plan: CursorPlan): string {
	const { from } = plan;
	return from.type === 'json' ? from.path.text : from.type === 'header' ? `header:${from.name}` : from.type;
}

/** A cursor as one text, to show it. */
function cursorText(cursor: Cursor): string | undefined {
	return cursor.value ?? cursor.lastModified;
}
