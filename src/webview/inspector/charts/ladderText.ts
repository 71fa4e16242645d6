import type { Row } from '../../../core/capture/rows';
import { frameFlag, frameKinds, kindCode } from '../../../core/frame';
import type { Handshake } from '../../../core/handshake';
import { bytes, columnMs, durationMs, groupedDigits, timeOfDay } from '../format';
import { visibleLine } from '../visibleText';
import { words } from '../words';
import type { Ladder, LadderItem } from './ladderLayout';
import type { ChartNumbers } from './numbersTable';

/** What a line of the ladder is called, as short as can be. */
export function itemName({ row, step }: LadderItem, handshake: Handshake | undefined): string {
	if (row === undefined) {
		const line = handshake?.request.line.split(' ').slice(0, 2).join(' ') ?? '';
		return step === undefined ? '' : step === 'request' ? visibleLine(line) : words.charts.steps[step];
	}
	if (row.kind === kindCode.cycle) {
		return row.status === 0 ? words.charts.noAnswer : `${row.status} · ${broughtBy(row)}`;
	}
	return row.name === '' ? (frameKinds[row.kind] ?? `kind ${row.kind}`) : visibleLine(row.name);
}

/** The name, and what the payload begins with. */
export function itemTitle(item: LadderItem, handshake: Handshake | undefined): string {
	const name = itemName(item, handshake);
	const { row } = item;
	if (row === undefined || row.kind === kindCode.cycle || row.preview === '') {
		return name;
	}
	// That a frame is of text goes without saying when its text is there.
	return row.kind === kindCode.text ? visibleLine(row.preview) : `${name} ${visibleLine(row.preview)}`;
}

/** The time that says most of an item: its lag, how long its request was held, or how long a step took; '' where none is known. */
export function itemFigure({ row, stepMs }: LadderItem): string {
	if (row === undefined) {
		return stepMs === undefined ? '' : durationMs(stepMs);
	}
	if (row.kind === kindCode.cycle) {
		return durationMs(row.holdMs);
	}
	return Number.isNaN(row.lagMs) ? '' : durationMs(row.lagMs);
}

/** An item in one line: what it is, when it was, and its times. */
export function itemText(item: LadderItem, handshake: Handshake | undefined): string {
	const { row, atMs, stepMs } = item;
	if (row === undefined) {
		return `${itemName(item, handshake)}, ${timeOfDay(atMs)}, ${durationMs(stepMs ?? 0)}`;
	}
	const parts = [words.frame(groupedDigits(row.seq))];
	if (row.kind === kindCode.cycle) {
		parts.push(itemName(item, handshake), `${words.hold} ${durationMs(row.holdMs)}`);
		if (!Number.isNaN(row.blindMs)) {
			parts.push(`${words.blind} ${durationMs(row.blindMs)}`);
		}
		parts.push(`${words.charts.cycleParts.transfer} ${durationMs(row.transferMs)}`);
	} else {
		const direction = row.flags & frameFlag.out ? words.directionOut : words.directionIn;
		parts.push(`${itemName(item, handshake)} ${direction}`);
		if (!Number.isNaN(row.lagMs)) {
			parts.push(`${words.charts.lag} ${durationMs(row.lagMs)}`);
		}
		parts.push(bytes(row.sizeBytes));
	}
	return [...parts, timeOfDay(row.arrivedAtMs)].join(', ');
}

/** What the ladder shows, in one sentence. */
export function ladderLabel({ items }: Ladder): string {
	const rows = items.flatMap(({ row }) => (row === undefined ? [] : [row]));
	const first = rows[0];
	const last = rows.at(-1);
	if (first === undefined || last === undefined) {
		return words.charts.ladderOpening;
	}
	const out = rows.filter((row) => row.flags & frameFlag.out || row.kind === kindCode.cycle).length;
	const received = rows.filter((row) => !(row.flags & frameFlag.out)).length;
	return words.charts.ladderLabel(
		groupedDigits(out),
		groupedDigits(received),
		words.charts.range(timeOfDay(first.arrivedAtMs), timeOfDay(last.arrivedAtMs)),
	);
}

/** The ladder as a table: a row for each frame and each step of opening the connection. */
export function ladderNumbers(ladder: Ladder, handshake: Handshake | undefined): ChartNumbers {
	return {
		caption: ladderLabel(ladder),
		head: words.charts.ladderHead,
		rows: ladder.items.map((item) => {
			const { row, atMs, lines, stepMs } = item;
			const isCycle = row?.kind === kindCode.cycle;
			const direction =
				row === undefined || isCycle
					? words.charts.bothWays
					: row.flags & frameFlag.out
						? words.charts.toServer
						: words.charts.toClient;
			const begins = lines.map((line) => line.leavesMs).reduce((a, b) => Math.min(a, b), atMs);
			return [
				row === undefined ? '' : groupedDigits(row.seq),
				direction,
				itemName(item, handshake),
				timeOfDay(begins),
				timeOfDay(atMs),
				isCycle || row === undefined ? '' : columnMs(row.lagMs),
				columnMs(isCycle ? row.holdMs : stepMs),
				isCycle ? columnMs(row.blindMs) : '',
			];
		}),
	};
}

function broughtBy(row: Row): string {
	return row.flags & frameFlag.emptyCycle
		? words.empty
		: words.charts.events(groupedDigits(row.eventsInCycle), row.eventsInCycle === 1);
}
