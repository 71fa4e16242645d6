import { type CycleMeta, frameFlag, frameKinds, kindCode } from '../../core/frame';
import type { Payload } from '../../core/messages';
import { element } from './elements';
import { factsList, headView, sectionTitle } from './factsList';
import { dateAndTime, exactBytes, figureMs, groupedDigits } from './format';
import { sequenceMarkText } from './rowMarks';
import { closeCodeName, closeOf, wireFrame } from './wireFrame';
import { words } from './words';

type Fact = readonly [name: string, value: string, title?: string];

/** How a frame went over the wire: a WebSocket frame's header, an event's fields, a cycle's request and answer. */
export function wireView(payload: Payload): HTMLElement {
	const view = element('div', { class: 'wire-view', testId: 'wire-view' });
	if (payload.meta?.type === 'cycle') {
		view.append(...cycleParts(payload, payload.meta));
		return view;
	}
	const frame = wireFrame(payload.kind, payload.flags, payload.wireBytes);
	view.append(frame === undefined ? eventFacts(payload) : element('div', {}, ...webSocketParts(payload, frame)));
	return view;
}

function commonFacts(payload: Payload): Fact[] {
	const direction = (payload.flags & frameFlag.out) !== 0 ? words.directionOut : words.directionIn;
	const marks = payload.meta?.marks ?? {};
	return [
		[direction, dateAndTime(payload.arrivedAtMs)],
		[words.wire.lag, payload.lagMs === null ? '' : `${payload.lagMs.toFixed(3)} ms`],
		[words.wire.sequence, sequenceMarkText(marks)],
		[words.wire.stall, marks.stall === true ? words.marks.stall : ''],
	];
}

function webSocketParts(payload: Payload, frame: NonNullable<ReturnType<typeof wireFrame>>): HTMLElement[] {
	const compressed = frame.rsv.startsWith('1');
	const close = payload.kind === kindCode.close ? closeOf(new Uint8Array(payload.bytes)) : undefined;
	const parts: HTMLElement[] = [];
	if (payload.kind === kindCode.close) {
		const facts: Fact[] =
			close === undefined
				? [[words.close.code, words.close.noCode]]
				: [
						[words.close.code, `${close.code} ${closeCodeName(close.code)}`],
						[words.close.reason, close.reason === '' ? words.none : close.reason],
					];
		parts.push(sectionTitle(words.close.title), factsList(facts));
	}
	const onWire = frame.payloadBytes;
	parts.push(
		sectionTitle(words.wire.title),
		factsList([
			[words.wire.opcode, `0x${frame.opcode.toString(16)} ${frameKinds[payload.kind]}`],
			[words.wire.fin, frame.fin ? words.wire.finSet : words.wire.finClear],
			[words.wire.rsv, compressed ? `${frame.rsv}, ${words.wire.compressed}` : frame.rsv],
			[words.wire.mask, frame.masked ? words.wire.maskSet : words.wire.maskClear],
			[words.wire.payload, exactBytes(payload.sizeBytes)],
			[words.wire.onTheWire, payload.wireBytes === 0 ? '' : exactBytes(payload.wireBytes)],
			[words.wire.header, frame.headerBytes === undefined ? '' : exactBytes(frame.headerBytes)],
			[words.wire.compression, compressed && onWire ? ratio(payload.sizeBytes, onWire) : ''],
			...commonFacts(payload),
		]),
	);
	if (frame.parts.length > 0) {
		const rows = frame.parts.map((part) =>
			element('div', { class: 'header-part' }, element('code', {}, part.hex), element('span', {}, part.meaning)),
		);
		parts.push(
			sectionTitle(words.wire.headerTitle),
			element('div', { class: 'header-parts', title: words.wire.headerExplained }, ...rows),
		);
	} else {
		parts.push(element('p', { class: 'muted' }, words.wire.headerUnknown));
	}
	return parts;
}

function ratio(payloadBytes: number, wireBytes: number): string {
	return words.wire.ratio(exactBytes(payloadBytes), exactBytes(wireBytes), (payloadBytes / wireBytes).toFixed(2));
}

function eventFacts(payload: Payload): HTMLElement {
	const meta = payload.meta?.type === 'event' ? payload.meta : undefined;
	const isEvent = payload.kind === kindCode.event;
	return factsList([
		[words.event.kind, frameKinds[payload.kind] ?? ''],
		[words.event.event, payload.name === '' ? (isEvent ? words.event.defaultName : '') : payload.name],
		[words.event.id, meta?.id ?? ''],
		[words.event.retry, meta?.retryMs === undefined ? '' : `${groupedDigits(meta.retryMs)} ms`],
		[words.event.data, exactBytes(payload.sizeBytes)],
		[words.wire.onTheWire, payload.wireBytes === 0 ? '' : exactBytes(payload.wireBytes)],
		[words.event.partOf, (payload.flags & frameFlag.partOfCycle) !== 0 ? words.event.cycleAbove : ''],
		...commonFacts(payload),
	]);
}

function cycleParts(payload: Payload, meta: CycleMeta): HTMLElement[] {
	// A number that was not measured comes out of JSON as null, whatever its type says.
	const ms = (value: number | null | undefined): string => (typeof value === 'number' ? `${figureMs(value)} ms` : '');
	const parts = [
		cycleBar(meta),
		factsList([
			[words.cycle.outcome, words.cycle.outcomes[meta.outcome]],
			[words.cycle.status, meta.status === 0 ? words.none : `${meta.status}`],
			[words.cycle.blind, ms(meta.blindMs), words.cycle.blindExplained],
			[words.cycle.hold, ms(meta.holdMs), words.cycle.holdExplained],
			[words.cycle.transfer, ms(meta.transferMs), words.cycle.transferExplained],
			[words.cycle.due, ms(meta.dueMs), words.cycle.dueExplained],
			[words.cycle.staleness, ms(meta.stalenessMs), words.cycle.stalenessExplained],
			[words.cycle.events, groupedDigits(meta.events)],
			[words.cycle.headerBytes, `↑ ${groupedDigits(meta.headerBytesUp)}  ↓ ${groupedDigits(meta.headerBytesDown)}`],
			[words.cycle.body, words.cycle.bodyBytes(exactBytes(meta.bodyBytes), exactBytes(payload.sizeBytes))],
			[words.cycle.connection, meta.reusedConnection ? words.cycle.reused : words.cycle.fresh],
			[words.cycle.cursorSent, meta.cursorSent ?? words.none],
			[words.cycle.cursorReceived, meta.cursorReceived ?? words.none],
			...commonFacts(payload),
		]),
		headView(words.request, meta.request),
	];
	parts.push(
		meta.response === undefined
			? element('p', { class: 'muted' }, words.noResponseYet)
			: headView(words.response, meta.response),
	);
	return parts;
}

function cycleBar(meta: CycleMeta): HTMLElement {
	return phasesBar([
		['blind', words.cycle.blind, meta.blindMs],
		['hold', words.cycle.hold, meta.holdMs],
		['transfer', words.cycle.transfer, meta.transferMs],
	]);
}

/** A span of time: the name of its colour in the style sheet, what it is called, and how long it was. */
export type Phase = readonly [color: string, name: string, ms: number | undefined];

/** Consecutive spans of time on one bar, each as wide as it lasted, with its name and milliseconds below. */
export function phasesBar(phases: readonly Phase[]): HTMLElement {
	const bar = element('div', { class: 'phases-bar' });
	const legend = element('div', { class: 'phases-legend' });
	for (const [color, name, ms] of phases) {
		if (typeof ms !== 'number') {
			continue;
		}
		const text = `${name} ${figureMs(ms)} ms`;
		const part = element('span', { class: `phase phase-${color}`, title: text });
		part.style.flexGrow = `${Math.max(ms, 0.0001)}`;
		bar.append(part);
		legend.append(element('span', { class: `phase-name phase-${color}` }, element('span', { class: 'swatch' }), text));
	}
	return element('div', { class: 'phases', testId: 'phases' }, bar, legend);
}
