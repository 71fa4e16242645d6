import type { SizingAnswer, SizingEnd, SizingField, SizingProblemShown } from '../../core/messages';
import type { SizingChart, WorkingStep } from '../../core/sizing/calculation';
import { element, icon, setShown, setText } from '../inspector/elements';
import { visibleLine } from '../inspector/visibleText';
import { ChartView } from './chartView';
import { type FieldIntents, FieldView, placeButton } from './fieldView';
import { splitHeadline } from './headline';
import { KeyedViews } from './keyedViews';
import { words } from './words';

/** What an answer asks of the panel. */
export interface AnswerIntents extends FieldIntents {
	/** Opened or closed by the user. */
	opened(answer: SizingAnswer, isOpen: boolean): void;
}

interface ShownChart {
	readonly key: string;
	readonly chart: SizingChart;
}

/** One calculation: the answer in a line, the charts that show why, how it comes about, and the inputs to change. */
export class AnswerView {
	readonly element: HTMLElement;
	readonly #title = element('span', { class: 'answer-title' });
	readonly #headlines = element('span', { class: 'headlines' });
	readonly #toggle: HTMLButtonElement;
	readonly #chevron = icon('chevron-down');
	readonly #problems = element('ul', { class: 'problems', testId: 'problems' });
	readonly #charts = element('div', { class: 'charts' });
	readonly #chartViews: KeyedViews<ShownChart>;
	readonly #working = element('dl', { class: 'working', testId: 'working' });
	readonly #workingSection: HTMLElement;
	readonly #formulaSource = element('p', { class: 'formula-source' });
	readonly #fields = element('div', { class: 'fields' });
	readonly #fieldViews: KeyedViews<SizingField>;
	readonly #fieldsSection: HTMLElement;
	readonly #assumed = element('span', { class: 'section-note' });
	readonly #remarks = element('ul', { class: 'remarks' });
	readonly #remarksSection: HTMLElement;
	readonly #body: HTMLElement;
	readonly #intents: AnswerIntents;
	#answer: SizingAnswer;
	#isOpen = true;

	constructor(answer: SizingAnswer, intents: AnswerIntents) {
		this.#answer = answer;
		this.#intents = intents;
		const id = `answer-${answer.key.replace(' ', '-')}`;
		this.#toggle = element(
			'button',
			{
				class: 'answer-toggle',
				testId: 'answer-toggle',
				attributes: { type: 'button', 'aria-controls': `${id}-body` },
			},
			this.#chevron,
		);
		this.#toggle.addEventListener('click', () => {
			this.setOpen(!this.#isOpen, true);
			intents.opened(this.#answer, this.#isOpen);
		});
		this.#chartViews = new KeyedViews(
			this.#charts,
			({ key }) => key,
			() => chartPart(),
		);
		this.#fieldViews = new KeyedViews(
			this.#fields,
			({ name }) => name,
			(field) => new FieldView(field, `${id}-${field.name}`, intents),
		);
		this.#workingSection = section('', words.working, this.#working, this.#formulaSource);
		this.#fieldsSection = section('inputs', words.inputs, this.#fields);
		this.#fieldsSection.firstElementChild!.append(this.#assumed);
		this.#remarksSection = section('', words.remarks, this.#remarks);
		this.#body = element(
			'div',
			{ class: 'answer-body', id: `${id}-body` },
			this.#charts,
			this.#workingSection,
			this.#fieldsSection,
			this.#remarksSection,
		);
		this.element = element(
			'section',
			{ class: 'answer', testId: id, attributes: { 'aria-labelledby': `${id}-title` } },
			element(
				'div',
				{ class: 'answer-head' },
				this.#toggle,
				element('h2', { id: `${id}-title` }, this.#title, this.#headlines),
			),
			this.#problems,
			this.#body,
		);
	}

	/** The answer as it stands in one line, for being said aloud. */
	get spoken(): string {
		return this.#headlines.textContent ?? '';
	}

	show(answer: SizingAnswer, isSettled: boolean): void {
		this.#answer = answer;
		setText(this.#title, answer.title);
		this.#title.title = answer.question;
		this.#showHeadlines(answer);
		showList(this.#problems, answer.problems, (problem) => this.#problem(problem));
		const { ends } = answer;
		const charts = ends.flatMap(({ charts, end }) =>
			charts.map((chart, at) => ({
				key: `${at} ${end ?? ''}`,
				chart: end === undefined ? chart : { ...chart, title: `${chart.title} (${words.ends[end]})` },
			})),
		);
		this.#chartViews.show(charts, isSettled);
		setShown(this.#charts, charts.length > 0);
		this.#showWorking(ends);
		setText(this.#formulaSource, answer.source === '' ? '' : words.formulaSource(answer.source));
		this.#fieldViews.show(answer.fields, isSettled);
		const assumed = answer.fields.filter(({ source }) => source.kind === 'assumed').length;
		setText(this.#assumed, assumed === 0 ? '' : words.assumptions(assumed));
		setShown(this.#fieldsSection, answer.fields.length > 0);
		const remarks = [...new Set(ends.flatMap((end) => end.remarks))];
		showList(this.#remarks, remarks, (text) => element('li', {}, visibleLine(text)));
		setShown(this.#remarksSection, remarks.length > 0);
	}

	/** Opens or closes its details. One that can't be closed is alone and has no button for it. */
	setOpen(isOpen: boolean, canBeClosed: boolean): void {
		this.#isOpen = isOpen;
		setShown(this.#toggle, canBeClosed);
		setShown(this.#body, isOpen);
		this.#chevron.className = `codicon codicon-chevron-${isOpen ? 'down' : 'right'}`;
		this.#toggle.setAttribute('aria-expanded', String(isOpen));
		this.#toggle.setAttribute('aria-label', this.#title.textContent ?? '');
	}

	#showHeadlines({ ends, title }: SizingAnswer): void {
		const answered = ends.filter(({ headline }) => headline !== undefined);
		const areSame = new Set(answered.map(({ headline }) => headline)).size < 2;
		const lines = (areSame ? answered.slice(0, 1) : answered).map(({ end, headline }) =>
			element(
				'span',
				{ class: 'headline', testId: 'headline' },
				...(areSame || end === undefined ? [] : [element('span', { class: 'end' }, `${words.ends[end]} `)]),
				...headlineParts(headline!),
			),
		);
		if (lines.length === 0 && title !== '') {
			lines.push(element('span', { class: 'headline none', testId: 'headline' }, words.noAnswer));
		}
		this.#headlines.replaceChildren(...lines);
	}

	#problem({ sentence, places }: SizingProblemShown): HTMLElement {
		const buttons = places.map(({ text, place }) => placeButton(text, () => this.#intents.select([place])));
		return element(
			'li',
			{},
			icon('warning'),
			element('span', { class: 'problem-text' }, visibleLine(sentence)),
			...buttons,
		);
	}

	/** Each step with its numbers, of both ends where they differ, and its formula below. */
	#showWorking([first, second]: readonly SizingEnd[]): void {
		const steps = first?.working ?? [];
		this.#working.replaceChildren(
			...steps.flatMap((step, at) => {
				const other = second?.working[at];
				return [element('dt', {}, visibleLine(step.label)), stepView(step, other)];
			}),
		);
		setShown(this.#workingSection, steps.length > 0);
	}
}

/** The first part of a headline is the answer; the rest says more of it, and is lighter. */
function headlineParts(headline: string): HTMLElement[] {
	const [lead, rest] = splitHeadline(headline);
	const parts = [element('strong', { class: 'lead' }, visibleLine(lead))];
	if (rest !== '') {
		parts.push(element('span', { class: 'rest' }, visibleLine(rest)));
	}
	return parts;
}

function stepView(step: WorkingStep, other: WorkingStep | undefined): HTMLElement {
	const numbers = [element('code', { class: 'numbers' }, visibleLine(step.numbers))];
	if (other !== undefined && other.numbers !== step.numbers) {
		numbers[0]!.prepend(element('span', { class: 'end' }, `${words.ends.least} `));
		const most = element('code', { class: 'numbers' }, visibleLine(other.numbers));
		most.prepend(element('span', { class: 'end' }, `${words.ends.most} `));
		numbers.push(most);
	}
	return element('dd', {}, ...numbers, element('code', { class: 'formula' }, visibleLine(step.formula)));
}

function chartPart(): { element: HTMLElement; show(shown: ShownChart): void } {
	const view = new ChartView();
	return { element: view.element, show: ({ chart }) => view.show(chart) };
}

function section(className: string, title: string, ...children: readonly HTMLElement[]): HTMLElement {
	return element('div', { class: `part ${className}`.trim() }, element('h3', {}, title), ...children);
}

function showList<Item>(list: HTMLElement, items: readonly Item[], create: (item: Item) => HTMLElement): void {
	list.replaceChildren(...items.map(create));
	setShown(list, items.length > 0);
}
