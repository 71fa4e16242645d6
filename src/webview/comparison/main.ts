/**
 * The comparison panel. All that it shows comes in one message, whose sentences and figures are ready to show; it asks for
 * the next one by saying that the last is painted. The page stores the last report, so that it is there after a reload.
 */
import '@vscode/codicons/dist/codicon.css';
import 'uplot/dist/uPlot.min.css';
import '../inspector/style/controls.css';
import '../inspector/style/panel.css';
import './style/comparison.css';
import { assertNever } from '../../core/assertNever';
import { comparisonFigure } from '../../core/comparisonTable';
import { type ComparisonShown, comparisonActions, type HostToComparisonPanel } from '../../core/messages';
import { counted } from '../../core/sizing/figures';
import { element, icon, setShown, setText, textButton } from '../inspector/elements';
import { visibleLine } from '../inspector/visibleText';
import { ThemeColors } from '../theme';
import { post, saveState } from '../vscodeApi';
import { overTimeChart, spreadChart } from './charts';
import { ComparisonChart } from './comparisonChart';
import { TableView } from './tableView';
import { words } from './words';

/** VS Code copies what is stored each time. */
const storeAfterMs = 5000;

const colors = new ThemeColors();
let storedAtMs = Number.NEGATIVE_INFINITY;
let newest: ComparisonShown | undefined;

const counting = element('span', { class: 'counting', testId: 'counted' });
const buttons = new Map(
	comparisonActions.map((action) => {
		const button = textButton(words.actions[action], action, () => post({ type: 'comparisonAction', action }));
		button.title = words.actionsExplained[action];
		return [action, button] as const;
	}),
);
const liveText = element('span', {});
const live = element('span', { class: 'live', testId: 'live' }, icon('pulse'), liveText);
const header = element(
	'header',
	{ class: 'comparison-header' },
	live,
	counting,
	element('div', { class: 'actions' }, ...buttons.values()),
);
const noticeText = element('span', {});
const notice = element(
	'div',
	{ class: 'notice', testId: 'notice', attributes: { role: 'status' } },
	icon('info'),
	noticeText,
);
const lead = element('h2', { class: 'lead' });
const rest = element('ul', { class: 'rest' });
const summary = element(
	'section',
	{ class: 'summary', testId: 'summary', attributes: { 'aria-label': words.summary } },
	lead,
	rest,
);
const table = new TableView((sessionId) => post({ type: 'sessionRequested', sessionId }));
const overTime = new ComparisonChart(colors, 'over-time');
const spread = new ComparisonChart(colors, 'spread');
const main = element(
	'main',
	{ class: 'comparison', attributes: { tabindex: '-1' } },
	summary,
	element(
		'div',
		{ class: 'table-box', attributes: { tabindex: '0', role: 'region', 'aria-label': words.table } },
		table.element,
	),
	element('div', { class: 'charts' }, overTime.element, spread.element),
);
document.body.append(header, notice, main);
setShown(header, false);
setShown(notice, false);
setShown(main, false);

window.addEventListener('message', (event: MessageEvent<HostToComparisonPanel>) => {
	const message = event.data;
	switch (message.type) {
		case 'comparison':
			clearInterval(asking);
			if (newest === undefined) {
				requestAnimationFrame(paint);
			}
			newest = message;
			return;
		default:
			assertNever(message.type);
	}
});

// A message to or from a page that VS Code is still moving about may be lost: it is said until it was heard.
const asking = setInterval(() => post({ type: 'ready' }), 500);
post({ type: 'ready' });

function paint(): void {
	const message = newest!;
	newest = undefined;
	show(message);
	store(message);
	post({ type: 'painted' });
}

function show({ result, isLive, noticeSentence }: ComparisonShown): void {
	setShown(header, true);
	setShown(main, true);
	const goesOn = isLive && noticeSentence === undefined;
	setText(liveText, goesOn ? words.live : words.still);
	live.dataset.live = String(goesOn);
	const { countedFromMs, atMs } = result;
	setText(
		counting,
		countedFromMs === null
			? words.notCounted
			: words.counted(counted(result.events, 'event'), wholeSeconds(atMs - countedFromMs)),
	);
	buttons.get('stop')!.disabled = !isLive;
	setText(noticeText, noticeSentence ?? '');
	setShown(notice, noticeSentence !== undefined);
	const [first = '', ...others] = result.summary;
	setText(lead, visibleLine(first));
	while (rest.children.length > others.length) {
		rest.lastElementChild!.remove();
	}
	others.forEach((sentence, at) => {
		const item = (rest.children[at] as HTMLElement | undefined) ?? rest.appendChild(element('li', {}));
		setText(item, visibleLine(sentence));
	});
	table.show(result);
	overTime.show(overTimeChart(result));
	spread.show(spreadChart(result));
}

/** A clock that counts in tenths says nothing more. */
function wholeSeconds(milliseconds: number): string {
	return comparisonFigure(Math.max(1, Math.round(milliseconds / 1000)) * 1000, 'milliseconds');
}

/** Not at each report: what is stored is for a reload, and the last of an ended comparison is what counts. */
function store({ result, refused, isLive }: ComparisonShown): void {
	const nowMs = performance.now();
	if (isLive && nowMs - storedAtMs < storeAfterMs) {
		return;
	}
	storedAtMs = nowMs;
	const { summary: _summary, table: _table, labels: _labels, failures: _failures, ...report } = result;
	saveState({ comparison: { report, refused } });
}
