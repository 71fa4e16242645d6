/**
 * The sizing panel. All that it shows comes in one message, whose sentences and figures are ready to show; what is typed
 * goes back to the host as it was typed. The page stores what the host needs to show the same again after a reload.
 */
import '@vscode/codicons/dist/codicon.css';
import '../inspector/style/controls.css';
import '../inspector/style/panel.css';
import './style/sizing.css';
import './style/charts.css';
import { assertNever } from '../../core/assertNever';
import {
	type HostToSizingPanel,
	type SizingAction,
	type SizingAnswer,
	type SizingShown,
	sizingActions,
} from '../../core/messages';
import type { Place } from '../../core/sizing/note/quantity';
import { element, icon, setShown, setText, textButton } from '../inspector/elements';
import { visibleLine } from '../inspector/visibleText';
import { post, savedState, saveState } from '../vscodeApi';
import { AnswerView } from './answerView';
import { placeButton } from './fieldView';
import { KeyedViews } from './keyedViews';
import { type PageState, parsePageState } from './pageState';
import { words } from './words';

/** An answer is said aloud when nothing changed it for so long. */
const announceAfterMs = 800;
const doneShownMs = 2000;

let state: PageState = parsePageState(savedState());
let shown: SizingShown | undefined;
let edit = 0;
let announceTimer: ReturnType<typeof setTimeout> | undefined;
let scrollTimer: ReturnType<typeof setTimeout> | undefined;
let spoken: string | undefined;

const select = (places: readonly Place[]): void => post({ type: 'placesRequested', places });
const views = new Map<SizingAnswer['key'], AnswerView>();

const noteName = element('span', { class: 'note-name' });
const excerpt = element('span', { class: 'excerpt' });
const note = element(
	'button',
	{ class: 'note', testId: 'note', title: words.selectText, attributes: { type: 'button' } },
	icon('note'),
	noteName,
	excerpt,
);
note.addEventListener('click', () => select([{ start: 0, end: Number.MAX_SAFE_INTEGER }]));
const buttons = new Map(
	sizingActions.map((action) => {
		const button = textButton(words.actions[action], action, () => act(action), action !== 'insert');
		button.title = words.actionsExplained[action];
		return [action, button] as const;
	}),
);
const header = element(
	'header',
	{ class: 'sizing-header' },
	note,
	element('div', { class: 'actions' }, ...buttons.values()),
);
const noticeText = element('span', { class: 'notice-text' });
const notice = element(
	'div',
	{ class: 'notice warning', testId: 'notice', attributes: { role: 'status' } },
	icon('warning'),
	noticeText,
);
const answers = element('div', { class: 'answers', attributes: { role: 'group', 'aria-label': words.answers } });
const answerViews = new KeyedViews<SizingAnswer>(
	answers,
	({ key }) => key,
	(answer) => {
		const view = new AnswerView(answer, { typed, select, opened });
		views.set(answer.key, view);
		return view;
	},
);
const unusedList = element('div', { class: 'unused-list' });
const unused = element('section', { class: 'unused', testId: 'unused' }, element('h3', {}, words.unused), unusedList);
const announcer = element('div', { class: 'visually-hidden', attributes: { role: 'status', 'aria-live': 'polite' } });
const main = element('main', { class: 'sizing', attributes: { tabindex: '-1' } }, answers, unused);
document.body.append(header, notice, main, announcer);
setShown(header, false);
setShown(notice, false);
setShown(unused, false);

main.addEventListener('scroll', () => {
	clearTimeout(scrollTimer);
	scrollTimer = setTimeout(() => store({ scrollTop: main.scrollTop }), 300);
});

window.addEventListener('message', (event: MessageEvent<HostToSizingPanel>) => {
	const message = event.data;
	switch (message.type) {
		case 'sizing':
			clearInterval(asking);
			show(message);
			return;
		case 'actionDone':
			showDone(message.action);
			return;
		default:
			assertNever(message);
	}
});

// A message to or from a page that VS Code is still moving about may be lost: it is said until it was heard.
const asking = setInterval(() => post({ type: 'ready' }), 500);
post({ type: 'ready' });

function show(message: SizingShown): void {
	const isFirst = shown === undefined;
	shown = message;
	setShown(header, true);
	setText(noteName, visibleLine(message.note?.name ?? ''));
	setText(excerpt, words.sizedText(visibleLine(message.excerpt)));
	note.disabled = message.note === undefined;
	buttons.get('insert')!.disabled = message.note === undefined;
	setText(noticeText, visibleLine(message.noticeSentence ?? ''));
	setShown(notice, message.noticeSentence !== undefined);
	answerViews.show(message.answers, message.edit >= edit);
	for (const id of [...views.keys()].filter((each) => message.answers.every(({ key }) => key !== each))) {
		views.delete(id);
	}
	showOpen(message.answers);
	unusedList.replaceChildren(...message.unused.map(({ text, place }) => placeButton(text, () => select([place]))));
	setShown(unused, message.unused.length > 0);
	if (isFirst) {
		main.scrollTop = state.scrollTop;
	}
	store({});
	announceSoon();
}

/** Alone, an answer is open; of several the first is, and whichever the user opened. */
function showOpen(all: readonly SizingAnswer[]): void {
	all.forEach(({ key }, at) => {
		const isOpen = all.length === 1 || (state.open[key] ?? at === 0);
		views.get(key)!.setOpen(isOpen, all.length > 1);
	});
}

function opened({ key }: SizingAnswer, isOpen: boolean): void {
	store({ open: { ...state.open, [key]: isOpen } });
}

function typed({ fact }: { readonly fact: SizingAnswer['fields'][number]['fact'] }, text: string): void {
	edit++;
	post({ type: 'factTyped', fact, text, edit });
}

function act(action: SizingAction): void {
	post({ type: 'sizingAction', action });
}

function showDone(action: SizingAction): void {
	const button = buttons.get(action)!;
	setText(button, words.actionsDone[action]);
	announcer.replaceChildren(words.actionsDone[action]);
	setTimeout(() => setText(button, words.actions[action]), doneShownMs);
}

/** What changed is said when the typing is over; the answers that are there when the panel opens are not news. */
function announceSoon(): void {
	clearTimeout(announceTimer);
	announceTimer = setTimeout(() => {
		const now = words.announce([...views.values()].map((view) => view.spoken));
		if (spoken !== undefined && now !== spoken) {
			announcer.replaceChildren(now);
		}
		spoken = now;
	}, announceAfterMs);
}

function store(changed: Partial<PageState>): void {
	state = { ...state, ...changed };
	saveState({ ...state, sizing: shown?.stored });
}
