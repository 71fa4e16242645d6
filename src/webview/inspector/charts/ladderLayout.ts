import type { Row } from '../../../core/capture/rows';
import type { TransportName } from '../../../core/endpoint';
import { frameFlag, kindCode } from '../../../core/frame';
import type { Handshake } from '../../../core/handshake';
import { type AxisSpan, axisLengthPx, positionPx, type TimeAxisOptions, timeAxis } from './timeAxis';

/** What the ladder is made from. */
export interface LadderSource {
	readonly rows: readonly Row[];
	readonly transport: TransportName | null;
	/** Of the last connection. */
	readonly handshake: Handshake | undefined;
	/** Half of a round trip; NaN where none was measured. */
	readonly oneWayMs: number;
	/** A request is held that no row tells of yet; the time now. */
	readonly heldUntilMs: number | undefined;
}

type Rail = 'client' | 'server';

/**
 * What crosses between the rails: when it leaves the one and reaches the other. Where an end is not known, the line is level
 * and `isTimed` false.
 */
export interface LadderLine {
	readonly from: Rail;
	readonly leavesMs: number;
	readonly reachesMs: number;
	readonly isTimed: boolean;
	/** An answer whose bytes came over some time: when the first of them came. */
	readonly firstByteMs?: number;
	readonly what: 'request' | 'answer' | 'frame' | 'control' | 'setUp';
}

/** What one side does for some time: the server holds a request, or the client does not listen. */
export interface LadderBar {
	readonly rail: Rail;
	readonly fromMs: number;
	readonly toMs: number;
	readonly what: 'hold' | 'blind' | 'held';
}

/** A frame, or a step of opening the connection, with all that is drawn of it. */
export interface LadderItem {
	/** NaN for what is no frame. */
	readonly seq: number;
	readonly row: Row | undefined;
	/** A step of opening the connection. */
	readonly step?: 'tcp' | 'tls' | 'request' | 'held';
	/** How long that step took. */
	readonly stepMs?: number;
	/** When the client sent or got it. */
	readonly atMs: number;
	readonly lines: readonly LadderLine[];
	readonly bars: readonly LadderBar[];
	/** A poll that brought nothing. */
	readonly isEmpty: boolean;
}

/** An open connection on which frames come by themselves; `null`: beyond that edge of the chart. */
export interface LadderTube {
	readonly fromMs: number | null;
	readonly toMs: number | null;
	/** Frames go either way. */
	readonly duplex: boolean;
}

export interface Ladder {
	readonly items: readonly LadderItem[];
	readonly tubes: readonly LadderTube[];
	/** Where another connection began: where its opening did, or at its first frame where only that is known. */
	readonly reconnectsMs: readonly number[];
	readonly axis: readonly AxisSpan[];
	readonly lengthPx: number;
}

const muted = (1 << kindCode.ping) | (1 << kindCode.pong) | (1 << kindCode.comment) | (1 << kindCode.fields);

/** What is drawn of the frames, and where along the time. */
export function ladderOf(source: LadderSource, options: TimeAxisOptions): Ladder {
	const { rows, transport, heldUntilMs } = source;
	const isStream = transport === 'webSocket' || transport === 'eventStream';
	const opening = openingOf(source, isStream);
	const items: LadderItem[] = rows.map((row) => frameItem(row, source.oneWayMs));
	items.splice(opening?.before ?? 0, 0, ...(opening?.items ?? []));
	if (heldUntilMs !== undefined) {
		items.push(heldItem(source, heldUntilMs));
	}
	const instants = items.flatMap(({ lines, bars }) => [
		...lines.flatMap((line) => [line.leavesMs, line.reachesMs, line.firstByteMs ?? line.reachesMs]),
		...bars.flatMap((bar) => [bar.fromMs, bar.toMs]),
	]);
	const axis = timeAxis(
		instants,
		items.map((item) => item.atMs),
		options,
	);
	const reconnectsMs = rows.flatMap((row, at) =>
		at === 0 || !isFirstOfConnection(row) ? [] : [opening?.before === at ? opening.startedAtMs : row.arrivedAtMs],
	);
	return {
		items,
		tubes: isStream ? tubesOf(rows, opening, transport === 'webSocket') : [],
		reconnectsMs,
		axis,
		lengthPx: axisLengthPx(axis),
	};
}

/**
 * The item that a point means: the one whose bar it is on, or whose line is nearest at that height, within `reachPx`.
 * `across` is the point's place between the rails, 0 on the client's and 1 on the server's.
 */
export function itemAt(
	ladder: Ladder,
	across: number,
	yPx: number,
	reachPx: number,
	railReach: number,
): LadderItem | undefined {
	let found: LadderItem | undefined;
	let nearest = reachPx;
	for (const item of ladder.items) {
		for (const bar of item.bars) {
			const isOnRail = Math.abs(across - (bar.rail === 'client' ? 0 : 1)) <= railReach;
			if (isOnRail && yPx >= positionPx(ladder.axis, bar.fromMs) && yPx <= positionPx(ladder.axis, bar.toMs)) {
				return item;
			}
		}
		for (const line of item.lines) {
			const [leaves, reaches] = [positionPx(ladder.axis, line.leavesMs), positionPx(ladder.axis, line.reachesMs)];
			const [atClient, atServer] = line.from === 'client' ? [leaves, reaches] : [reaches, leaves];
			const distance = Math.abs(yPx - (atClient + Math.min(1, Math.max(0, across)) * (atServer - atClient)));
			if (distance <= nearest) {
				nearest = distance;
				found = item;
			}
		}
	}
	return found;
}

function frameItem(row: Row, oneWayMs: number): LadderItem {
	const { seq, arrivedAtMs, kind, flags } = row;
	if (kind === kindCode.cycle) {
		return cycleItem(row, oneWayMs);
	}
	const isOut = (flags & frameFlag.out) !== 0;
	const what = (muted >> kind) & 1 ? 'control' : 'frame';
	// A lag below 0 comes of clocks that disagree, and nothing arrives before it was sent.
	const crossingMs = isOut ? oneWayMs : row.lagMs >= 0 ? row.lagMs : what === 'control' ? oneWayMs : Number.NaN;
	const isTimed = !Number.isNaN(crossingMs);
	const line: LadderLine = {
		from: isOut ? 'client' : 'server',
		leavesMs: isOut || !isTimed ? arrivedAtMs : arrivedAtMs - crossingMs,
		reachesMs: isOut && isTimed ? arrivedAtMs + crossingMs : arrivedAtMs,
		isTimed,
		what,
	};
	return { seq, row, atMs: arrivedAtMs, lines: [line], bars: [], isEmpty: false };
}

function cycleItem(row: Row, oneWayMs: number): LadderItem {
	const { seq, arrivedAtMs } = row;
	const holdMs = known(row.holdMs);
	const firstByteMs = arrivedAtMs - known(row.transferMs);
	const sentMs = firstByteMs - holdMs;
	const hasAnswer = row.status !== 0;
	const [requestLine, answerLine, hold] = exchange(sentMs, firstByteMs, oneWayMs);
	const lines: LadderLine[] = [requestLine];
	if (hasAnswer) {
		lines.push({ ...answerLine, reachesMs: arrivedAtMs, firstByteMs });
	}
	const bars: LadderBar[] = [hasAnswer ? hold : { ...hold, toMs: arrivedAtMs }];
	if (row.blindMs > 0) {
		bars.push({ rail: 'client', fromMs: sentMs - row.blindMs, toMs: sentMs, what: 'blind' });
	}
	const isEmpty = !hasAnswer || (row.flags & frameFlag.emptyCycle) !== 0;
	return { seq, row, atMs: arrivedAtMs, lines, bars, isEmpty };
}

/** A request and its answer, of which the client knows when the one was sent and the other began to arrive. */
function exchange(sentMs: number, answeredMs: number, oneWayMs: number): [LadderLine, LadderLine, LadderBar] {
	const waitMs = Math.max(0, answeredMs - sentMs);
	// The way there and the way back are part of the wait, and none of it can be more than all of it.
	const wayMs = Math.min(known(oneWayMs), waitMs / 2);
	const isTimed = !Number.isNaN(oneWayMs);
	const [reachesMs, leavesMs] = [sentMs + wayMs, answeredMs - wayMs];
	return [
		{ from: 'client', leavesMs: sentMs, reachesMs, isTimed, what: 'request' },
		{ from: 'server', leavesMs, reachesMs: answeredMs, isTimed, what: 'answer' },
		{ rail: 'server', fromMs: reachesMs, toMs: leavesMs, what: 'hold' },
	];
}

interface Opening {
	/** The row that it comes before. */
	readonly before: number;
	readonly items: readonly LadderItem[];
	readonly startedAtMs: number;
	/** When the answer's head was there. */
	readonly openedAtMs: number;
}

/** The steps of opening the last connection, where the rows begin with it or reach back to it. */
function openingOf({ rows, handshake, oneWayMs }: LadderSource, isStream: boolean): Opening | undefined {
	if (handshake === undefined) {
		return undefined;
	}
	const { startedAtMs, phases } = handshake;
	const last = rows.reduce((found, row, at) => (isFirstOfConnection(row) ? at : found), -1);
	const before = last === -1 ? rows.length : last;
	const beforeMs = rows[last - 1]?.arrivedAtMs ?? Number.NEGATIVE_INFINITY;
	const isOfThese =
		rows.length === 0 || (last !== -1 && beforeMs <= startedAtMs && startedAtMs <= rows[last]!.arrivedAtMs);
	if (!isOfThese) {
		return undefined;
	}
	const items: LadderItem[] = [];
	let atMs = startedAtMs + (phases.dnsMs ?? 0);
	for (const [step, stepMs] of [
		['tcp', phases.tcpMs],
		['tls', phases.tlsMs],
	] as const) {
		if (stepMs !== undefined) {
			const there = {
				from: 'client',
				leavesMs: atMs,
				reachesMs: atMs + stepMs / 2,
				isTimed: true,
				what: 'setUp',
			} as const;
			const back = { ...there, from: 'server', leavesMs: there.reachesMs, reachesMs: atMs + stepMs } as const;
			items.push({ ...noFrame, step, stepMs, atMs: atMs + stepMs, lines: [there, back] });
			atMs += stepMs;
		}
	}
	if (isStream && phases.answerMs !== undefined) {
		const [requestLine, answerLine, hold] = exchange(atMs, atMs + phases.answerMs, oneWayMs);
		items.push({
			...noFrame,
			step: 'request',
			stepMs: phases.answerMs,
			atMs: atMs + phases.answerMs,
			lines: [requestLine, answerLine],
			bars: [hold],
		});
		atMs += phases.answerMs;
	}
	return { before, items, startedAtMs, openedAtMs: atMs };
}

const noFrame = { seq: Number.NaN, row: undefined, bars: [] as readonly LadderBar[], isEmpty: false } as const;

/** The request under way. It went out when the answer before had come; where there is none, with the handshake. */
function heldItem({ rows, handshake, oneWayMs }: LadderSource, untilMs: number): LadderItem {
	const last = rows.at(-1);
	const { startedAtMs = Number.NEGATIVE_INFINITY, phases } = handshake ?? {};
	const connectedMs = startedAtMs + (phases?.dnsMs ?? 0) + (phases?.tcpMs ?? 0) + (phases?.tlsMs ?? 0);
	const knownMs = Math.max(connectedMs, last?.arrivedAtMs ?? Number.NEGATIVE_INFINITY);
	const sentMs = knownMs === Number.NEGATIVE_INFINITY ? untilMs : Math.min(untilMs, knownMs);
	const [requestLine, , hold] = exchange(sentMs, untilMs, oneWayMs);
	const bar: LadderBar = { ...hold, toMs: untilMs, what: 'held' };
	return { ...noFrame, step: 'held', stepMs: untilMs - sentMs, atMs: untilMs, lines: [requestLine], bars: [bar] };
}

function tubesOf(rows: readonly Row[], opening: Opening | undefined, duplex: boolean): LadderTube[] {
	const tubes: LadderTube[] = [];
	let fromMs: number | null = null;
	rows.forEach((row, at) => {
		if (isFirstOfConnection(row)) {
			if (at > 0) {
				tubes.push({ fromMs, toMs: rows[at - 1]!.arrivedAtMs, duplex });
			}
			fromMs = opening?.before === at ? opening.openedAtMs : row.arrivedAtMs;
		}
	});
	if (rows.length === 0 && opening !== undefined) {
		fromMs = opening.openedAtMs;
	}
	if (rows.length > 0 || opening !== undefined) {
		tubes.push({ fromMs, toMs: null, duplex });
	}
	return tubes;
}

function isFirstOfConnection({ flags }: Row): boolean {
	return (flags & frameFlag.firstOfConnection) !== 0;
}

function known(milliseconds: number): number {
	return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
