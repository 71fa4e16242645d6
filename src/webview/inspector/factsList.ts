import type { HttpAnswer, MessageHead } from '../../core/problem';
import { element } from './elements';
import { clipped, visibleBlock, visibleLine } from './visibleText';
import { words } from './words';

/** Longest header value shown: a cookie can have kilobytes, and the whole of it is in the copy and the tooltip. */
const maxValueLength = 2000;

/** Names and values under one another; a pair whose value is empty is left out. */
export function factsList(facts: ReadonlyArray<readonly [name: string, value: string, title?: string]>): HTMLElement {
	const list = element('dl', { class: 'facts' });
	for (const [name, value, title] of facts) {
		if (value !== '') {
			list.append(element('dt', {}, name), element('dd', title === undefined ? {} : { title }, visibleLine(value)));
		}
	}
	return list;
}

/** A heading within the details. */
export function sectionTitle(text: string): HTMLElement {
	return element('h3', {}, text);
}

/** A request's or an answer's first line and its header fields as they went over the wire. */
export function headView(title: string, head: MessageHead): HTMLElement {
	const lines = element('div', { class: 'http-head' }, element('div', { class: 'http-line' }, visibleLine(head.line)));
	for (const [name, value] of head.headers) {
		lines.append(
			element(
				'div',
				{ class: 'http-field' },
				element('span', { class: 'http-name' }, `${visibleLine(name)}: `),
				element('span', {}, visibleLine(clipped(value, maxValueLength))),
			),
		);
	}
	return element('section', {}, sectionTitle(title), lines);
}

/** What an HTTP server answered instead of what was expected. */
export function answerView(answer: HttpAnswer): HTMLElement {
	return element(
		'section',
		{ class: 'answer', testId: 'problem-answer' },
		headView(words.cameBack, answer.head),
		sectionTitle(words.bodyStart),
		element(
			'pre',
			{ class: 'payload-text wrap' },
			answer.bodyStart === '' ? words.emptyBody : visibleBlock(answer.bodyStart),
		),
	);
}

/** A head as text, for copying. */
export function headText(head: MessageHead): string {
	return [head.line, ...head.headers.map(([name, value]) => `${name}: ${value}`)].join('\n');
}
