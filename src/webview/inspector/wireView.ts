import { type CycleMeta, frameFlag, frameKinds, kindCode } from '../../core/frame';
import type { Payload } from '../../core/messages';
import { element } from './elements';
import { factsList, headView, sectionTitle } from './factsList';
import { dateAndTime, exactBytes, figureMs, groupedDigits } from './format';
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
	return [
		[direction, dateAndTime(payload.arrivedAtMs)],
		['lag', payload.lagMs === null ? '' : `${payload.lagMs.toFixed(3)} ms`],
	];
}

function webSocketParts(payload: Payload, frame: NonNullable<ReturnType<typeof wireFrame>>): HTMLElement[] {
	const compressed = frame.rsv.startsWith('1');
	const close = payload.kind === kindCode.close ? closeOf(new Uint8Array(payload.bytes)) : undefined;
	const parts: HTMLElement[] = [];
	if (payload.kind === kindCode.close) {
		const facts: Fact[] =
			close === undefined
				? [['code', 'none (read as 1005, no status received)']]
				: [
						['code', `${close.code} ${closeCodeName(close.code)}`],
						['reason', close.reason === '' ? words.none : close.reason],
					];
		parts.push(sectionTitle('Close'), factsList(facts));
	}
	const onWire = frame.payloadBytes;
	parts.push(
		sectionTitle('Frame'),
		factsList([
			['opcode', `0x${frame.opcode.toString(16)} ${frameKinds[payload.kind]}`],
			['FIN', frame.fin ? '1, last frame of its message' : '0, more frames of this message follow'],
			['RSV', `${frame.rsv}${compressed ? ', compressed (permessage-deflate)' : ''}`],
			['mask', frame.masked ? '1, masked as a client must' : '0'],
			['payload', exactBytes(payload.sizeBytes)],
			['on the wire', payload.wireBytes === 0 ? '' : exactBytes(payload.wireBytes)],
			['header', frame.headerBytes === undefined ? '' : exactBytes(frame.headerBytes)],
			['compression', compressed && onWire ? ratio(payload.sizeBytes, onWire) : ''],
			...commonFacts(payload),
		]),
	);
	if (frame.parts.length > 0) {
		const rows = frame.parts.map((part) =>
			element('div', { class: 'header-part' }, element('code', {}, part.hex), element('span', {}, part.meaning)),
		);
		parts.push(
			sectionTitle('Header, byte by byte'),
			element(
				'div',
				{ class: 'header-parts', title: 'Rebuilt from the frame’s kind, flags and length (RFC 6455 §5.2)' },
				...rows,
			),
		);
	} else {
		parts.push(
			element('p', { class: 'muted' }, 'The header’s length is not the shortest one, so its bytes can’t be told.'),
		);
	}
	return parts;
}

function ratio(payloadBytes: number, wireBytes: number): string {
	return `${exactBytes(payloadBytes)} in ${exactBytes(wireBytes)}, ${(payloadBytes / wireBytes).toFixed(2)} : 1`;
}

function eventFacts(payload: Payload): HTMLElement {
	const meta = payload.meta?.type === 'event' ? payload.meta : undefined;
	const isEvent = payload.kind === kindCode.event;
	return factsList([
		['kind', frameKinds[payload.kind] ?? ''],
		['event', payload.name === '' ? (isEvent ? 'message (the default)' : '') : payload.name],
		['id', meta?.id ?? ''],
		['retry', meta?.retryMs === undefined ? '' : `${groupedDigits(meta.retryMs)} ms`],
		['data', exactBytes(payload.sizeBytes)],
		['on the wire', payload.wireBytes === 0 ? '' : exactBytes(payload.wireBytes)],
		['part of', (payload.flags & frameFlag.partOfCycle) !== 0 ? 'the poll cycle above it' : ''],
		...commonFacts(payload),
	]);
}

const outcomes: Readonly<Record<CycleMeta['outcome'], string>> = {
	answered: 'answered',
	empty: 'empty: the answer brought nothing',
	timedOut: 'timed out: no answer came',
	failed: 'failed',
};

function cycleParts(payload: Payload, meta: CycleMeta): HTMLElement[] {
	const ms = (value: number | undefined): string =>
		value === undefined || Number.isNaN(value) ? '' : `${figureMs(value)} ms`;
	const parts = [
		cycleBar(meta),
		factsList([
			['outcome', outcomes[meta.outcome]],
			['status', meta.status === 0 ? words.none : `${meta.status}`],
			['blind', ms(meta.blindMs), 'From the answer before until this request was on the wire, when news has to wait'],
			['hold', ms(meta.holdMs), 'From the request on the wire to the answer’s first byte'],
			['transfer', ms(meta.transferMs), 'From the answer’s first byte to its last'],
			['events', groupedDigits(meta.events)],
			['header bytes', `↑ ${groupedDigits(meta.headerBytesUp)}  ↓ ${groupedDigits(meta.headerBytesDown)}`],
			['body', `${exactBytes(meta.bodyBytes)} received, ${exactBytes(payload.sizeBytes)} decoded`],
			['connection', meta.reusedConnection ? 'reused' : 'new'],
			['cursor sent', meta.cursorSent ?? words.none],
			['cursor received', meta.cursorReceived ?? words.none],
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
		['blind', meta.blindMs],
		['hold', meta.holdMs],
		['transfer', meta.transferMs],
	]);
}

/** Consecutive spans of time on one bar, each as wide as it lasted, with its name and milliseconds below. */
export function phasesBar(phases: ReadonlyArray<readonly [name: string, ms: number | undefined]>): HTMLElement {
	const known = phases.filter(
		(phase): phase is readonly [string, number] => phase[1] !== undefined && !Number.isNaN(phase[1]),
	);
	const bar = element('div', { class: 'phases-bar' });
	const legend = element('div', { class: 'phases-legend' });
	for (const [name, ms] of known) {
		const part = element('span', { class: `phase phase-${name.toLowerCase()}`, title: `${name} ${figureMs(ms)} ms` });
		part.style.flexGrow = `${Math.max(ms, 0.0001)}`;
		bar.append(part);
		legend.append(
			element(
				'span',
				{ class: `phase-name phase-${name.toLowerCase()}` },
				element('span', { class: 'swatch' }),
				`${name} ${figureMs(ms)} ms`,
			),
		);
	}
	return element('div', { class: 'phases', testId: 'phases' }, bar, legend);
}
