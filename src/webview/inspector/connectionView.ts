import type { SessionShown } from '../../core/messages';
import { element } from './elements';
import { answerView, factsList, headView, sectionTitle } from './factsList';
import { dateAndTime } from './format';
import { visibleLine } from './visibleText';
import { closeCodeName } from './wireFrame';
import { phasesBar } from './wireView';
import { words } from './words';

/** How the connection came about, how it ended, what came back when it didn't, and where its bytes went. */
export function connectionView(shown: SessionShown, wireCost: HTMLElement): HTMLElement {
	const { session } = shown;
	const { handshake, end, problem } = session;
	const isPolling = session.transport === 'longPoll' || session.transport === 'polling';
	const view = element('div', { class: 'connection-view', testId: 'connection-view' });
	// A connection that failed ended with its problem: the same sentence is said once.
	for (const sentence of new Set([shown.problemSentence, shown.endSentence, shown.captureProblemSentence])) {
		if (sentence !== undefined) {
			view.append(element('p', { class: 'sentence' }, visibleLine(sentence)));
		}
	}
	if (problem?.answer !== undefined) {
		view.append(answerView(problem.answer));
	}
	if (handshake === undefined && problem?.answer === undefined) {
		view.append(element('p', { class: 'muted' }, words.noHandshake));
	}
	if (handshake !== undefined) {
		const phases = Object.entries(words.phases).map(
			([key, name]) => [key, name, handshake.phases[key as keyof typeof words.phases]] as const,
		);
		view.append(sectionTitle(words.phasesLabel), phasesBar(phases));
	}
	view.append(
		factsList([
			['URL', session.url],
			[
				words.transportLabel.toLowerCase(),
				session.transport === null ? words.detecting : words.transports[session.transport],
			],
			[words.detection, shown.detectionSentence ?? ''],
			[words.cursorRule, isPolling ? (session.cursor ?? '') : ''],
			[words.started, handshake === undefined ? '' : dateAndTime(handshake.startedAtMs)],
			[words.addresses, handshake === undefined ? '' : `${handshake.localAddress} → ${handshake.remoteAddress}`],
			[words.subprotocol, session.transport === 'webSocket' && handshake ? handshake.subprotocol || words.none : ''],
			[words.extensions, session.transport === 'webSocket' && handshake ? handshake.extensions || words.none : ''],
			[words.tls, tlsText(shown)],
			[words.lastEnd, end === undefined ? '' : endText(end)],
		]),
	);
	view.append(wireCost);
	if (handshake !== undefined) {
		view.append(headView(words.request, handshake.request));
		view.append(
			handshake.response === undefined
				? element('p', { class: 'muted' }, words.noResponseYet)
				: headView(words.response, handshake.response),
		);
	}
	return view;
}

function tlsText(shown: SessionShown): string {
	const tls = shown.session.handshake?.tls;
	if (tls === undefined) {
		return '';
	}
	const verdict = tls.authorized
		? words.certificateTrusted
		: `${words.certificateUntrusted}${tls.reason === undefined ? '' : ` (${tls.reason})`}`;
	return `${tls.protocol}, ${tls.cipher}, ${verdict}`;
}

function endText(end: NonNullable<SessionShown['session']['end']>): string {
	const code = end.closeCode === undefined ? '' : `, ${end.closeCode} ${closeCodeName(end.closeCode)}`;
	const reason = end.closeReason ? ` “${end.closeReason}”` : '';
	return `${words.endedBy[end.by]}${code}${reason}, ${dateAndTime(end.atMs)}`;
}
