/**
 * The inspector panel. It owns nothing but what the user arranged: which session it is, its state and every row come in
 * messages, so the page can be destroyed while it is hidden and made again when it is shown.
 */
import '@vscode/codicons/dist/codicon.css';
import 'uplot/dist/uPlot.min.css';
import './style/controls.css';
import './style/panel.css';
import './style/figures.css';
import './style/table.css';
import './style/situation.css';
import './style/detail.css';
import './style/charts.css';
import { assertNever } from '../../core/assertNever';
import { PackedRows } from '../../core/capture/rows';
import type { HostToWebview, PanelAction, SessionShown, Tick } from '../../core/messages';
import { readSeries } from '../../core/timing/series';
import { ThemeColors } from '../theme';
import { post } from '../vscodeApi';
import { Accounts } from './accounts';
import { Charts } from './charts/charts';
import { Detail } from './detail';
import { element } from './elements';
import { EngineClock } from './engineClock';
import { Figures } from './figures';
import { FindingsStrip } from './findingsStrip';
import { FrameTable } from './frameTable';
import { Header } from './header';
import { listenForKeys, showKeys } from './keyboard';
import { RestoredState } from './restoredState';
import { SendBox } from './sendBox';
import { EmptyState, Notices } from './situation';
import { Split } from './splitter';

const state = new RestoredState();
const colors = new ThemeColors();
const clock = new EngineClock();

let shown: SessionShown | undefined;
let pendingTick: Tick | undefined;
let frameRequested = false;
let tableWasEmpty = true;
let positionTimer: ReturnType<typeof setTimeout> | undefined;

const action = (wanted: PanelAction): void => post({ type: 'action', action: wanted });
const copy = (text: string): void => post({ type: 'copyRequested', text });
const showConnection = (): void => detail.showConnection();
const showDiagnosis = (): void => detail.showDiagnosis();
const showCharts = (): void => {
	detail.showCharts();
	detail.focus();
};
const timeChosen = (atMs: number): void => post({ type: 'timeChosen', atMs });

const header = new Header({
	action,
	copy,
	showConnection,
	showDiagnosis,
	showCharts,
	showKeys,
	transportChosen: (transport) => post({ type: 'transportChosen', transport }),
});
const figures = new Figures(colors, state, {
	timestampPathChosen: (path) => post({ type: 'timestampPathChosen', path }),
	sequencePathChosen: (path) => post({ type: 'sequencePathChosen', path }),
	clockChosen: (chosen) => post({ type: 'clockChosen', clock: chosen }),
	timeChosen,
});
const findings = new FindingsStrip(() => showDiagnosis());
const notices = new Notices({ action, showConnection });
const emptyState = new EmptyState({ action, showConnection });
const table = new FrameTable(state.ui.position, {
	changed: () => {
		requestFrame();
		savePosition();
	},
	viewChanged: post,
	selected: (seq, byKey) => {
		charts.select(seq);
		if (detail.mode === 'charts' && charts.showsFrames) {
			// It is seen there; Enter or a double click asks for its details.
			return;
		}
		// A click asks for the details; the arrow keys only take along details that are open.
		if (!byKey || detail.mode !== 'closed') {
			detail.showFrame(seq);
		}
	},
	opened: openDetail,
});
const charts = new Charts(state, colors, {
	requested: (request) => post({ type: 'chartRequested', request }),
	selected: (seq) => table.select(seq, true),
	timeChosen,
});
charts.select(table.selectedSeq);
const detail = new Detail(state, charts, {
	payloadRequested: (seq) => post({ type: 'payloadRequested', seq }),
	documentRequested: (seq) => post({ type: 'documentRequested', seq }),
	copy,
	timestampPathChosen: (path) => post({ type: 'timestampPathChosen', path }),
	shown: (open) => {
		split.showSecond(open);
		if (open !== state.ui.detailOpen) {
			state.change({ detailOpen: open });
		}
		if (!open) {
			table.grid.focus();
		}
	},
});
const sendBox = new SendBox(state, (text, encoding) => post({ type: 'sendRequested', text, encoding }));
const accounts = new Accounts();
const tablePane = element('div', { class: 'table-pane' }, table.element, emptyState.element);
let isNarrow: boolean | undefined;
let connectionOffered = false;
const split = new Split(tablePane, detail.element, state, (narrow) => {
	isNarrow = narrow;
	offerConnection();
});

document.body.append(
	header.element,
	figures.element,
	findings.element,
	notices.element,
	split.element,
	sendBox.element,
	accounts.element,
);

listenForKeys(detail.element, {
	togglePause: () => action(shown?.session.paused ? 'resume' : 'pause'),
	rows: (key) => table.key(key),
	openDetail,
	back: (fromElsewhere) => {
		if (fromElsewhere) {
			table.grid.focus();
		} else if (detail.mode !== 'closed') {
			detail.close();
		} else {
			table.deselect();
			charts.select(Number.NaN);
		}
	},
	copy: () => detail.copy(),
	showConnection: () => {
		detail.showConnection();
		detail.focus();
	},
	showDiagnosis: () => {
		detail.showDiagnosis();
		detail.focus();
	},
	showCharts,
	focusSendBox: () => sendBox.focus(),
});

window.addEventListener('message', (event: MessageEvent<HostToWebview>) => {
	const message = event.data;
	switch (message.type) {
		case 'session':
			clearInterval(asking);
			showSession(message);
			return;
		case 'tick':
			// Only the newest is worth drawing.
			pendingTick = message;
			requestFrame();
			return;
		case 'payload':
			detail.payload(message);
			return;
		case 'sendAnswered':
			sendBox.answered(message);
			return;
		case 'chart':
			charts.answer(message.answer);
			return;
		case 'timeFound':
			table.goTo(message.seq);
			return;
		default:
			assertNever(message);
	}
});

let timer = setTimeout(passTime, 1000);
// A message to or from a page that VS Code is still moving about may be lost: it is said until it was heard.
const asking = setInterval(() => post({ type: 'ready' }), 500);
post({ type: 'ready' });

function openDetail(): void {
	if (!Number.isNaN(table.selectedSeq)) {
		detail.showFrame(table.selectedSeq);
	}
	detail.focus();
}

/** From this width on the connection's details leave the frames all their columns but the least. */
const roomyPx = 900;

/**
 * Before anything is selected the connection is what there is to read. Not in a narrow panel, where it would leave the
 * frames no room; not before it is open, when the table's place tells all there is.
 */
function offerConnection(): void {
	const hasConnection = shown?.session.state === 'open' || !table.isEmpty;
	if (!connectionOffered && isNarrow === false && hasConnection && split.element.clientWidth >= roomyPx) {
		connectionOffered = true;
		if (state.ui.detailOpen && detail.mode === 'closed') {
			detail.showConnection();
		}
	}
}

function showSession(message: SessionShown): void {
	const isFirst = shown === undefined;
	shown = message;
	const { session } = message;
	const isOther = state.session(session.id, session.url, session.transport);
	if (isOther) {
		table.reset();
	} else if (isFirst && state.ui.detailOpen && state.ui.chartsOpen) {
		detail.showCharts();
	} else if (isFirst && state.ui.detailOpen && !Number.isNaN(table.selectedSeq)) {
		detail.showFrame(table.selectedSeq);
	}
	header.show(session, message.detectionSentence, clock.now());
	table.setNature(session.transport === 'longPoll' || session.transport === 'polling' ? 'cycles' : 'stream');
	figures.showSession(session);
	sendBox.show(session);
	detail.session(message);
	charts.session(session);
	offerConnection();
	showSituation();
	// A countdown begins at once, not when the second is over.
	passTime();
}

function showSituation(): void {
	if (shown !== undefined) {
		tableWasEmpty = table.isEmpty;
		notices.show(shown, tableWasEmpty);
		emptyState.show(shown, tableWasEmpty, clock.now());
	}
}

/** Written when the movement is over: VS Code copies the whole state each time. */
function savePosition(): void {
	clearTimeout(positionTimer);
	positionTimer = setTimeout(() => state.change({ position: table.position }), 300);
}

function requestFrame(): void {
	if (!frameRequested) {
		frameRequested = true;
		requestAnimationFrame(draw);
	}
}

function draw(): void {
	frameRequested = false;
	const tick = pendingTick;
	pendingTick = undefined;
	if (tick !== undefined) {
		takeTick(tick);
	}
	table.draw();
	if (tick !== undefined) {
		post({ type: 'painted', tick: tick.number });
	}
}

function takeTick(tick: Tick): void {
	const { statistics } = tick;
	clock.sync(tick.atMs);
	table.take(tick.firstSeq, tick.lastSeq, new PackedRows(tick.rows));
	table.setLag(statistics.lagMs);
	table.setHoldScale(statistics.holdMs.max ?? 0);
	figures.show(statistics);
	findings.show(statistics);
	detail.statistics(statistics);
	charts.tick(statistics);
	accounts.show(statistics);
	notices.showStatistics(statistics);
	if (tick.series !== undefined) {
		const series = readSeries(tick.series);
		figures.showSeries(series, statistics);
		charts.series(series);
	}
	if (table.isEmpty !== tableWasEmpty) {
		offerConnection();
		showSituation();
	}
}

/** Countdowns and uptimes go on while no tick comes. */
function passTime(): void {
	clearTimeout(timer);
	const nowMs = clock.now();
	header.showTime(nowMs);
	emptyState.showTime(nowMs);
	timer = setTimeout(passTime, shown?.session.state === 'reconnecting' ? 100 : 1000);
}
