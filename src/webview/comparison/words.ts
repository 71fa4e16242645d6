import type { ComparisonRowId } from '../../core/comparisonTable';
import type { ComparisonAction } from '../../core/messages';

/** All texts of the comparison panel that are not the host's or the report's. */
export const words = {
	actions: { export: 'Export…', stop: 'Stop All' } satisfies Record<ComparisonAction, string>,
	actionsExplained: {
		export: 'Write the comparison to a file: Markdown, CSV or JSON',
		stop: 'End all of its sessions; what they brought stays',
	} satisfies Record<ComparisonAction, string>,
	counted: (events: string, seconds: string) => `${events} compared over ${seconds}`,
	notCounted: 'Not counting yet',
	live: 'Live',
	still: 'Ended',
	summary: 'What the numbers say',
	table: 'Every number side by side',
	best: 'Best',
	alsoBest: 'best, with others',
	groups: {
		first: 'Arrival',
		lagP50: 'Delivery lag',
		events: 'Completeness',
		bytesIn: 'Cost',
	} satisfies Partial<Record<ComparisonRowId, string>>,
	lagMethod: 'Measured by',
	lagMethodExplained: 'How the sender’s clock is known, and how far a lag may be off because of it.',
	openSession: (label: string) => `Show the panel of ${label}`,
	overTime: 'Lag, the median of each second',
	spread: {
		lag: 'Lag: the share of events that arrived within',
		behind: 'Behind the first: the share of events that came within',
	},
	notDrawn: (labels: string) =>
		`Not drawn: ${labels}. Too little is known of the sender’s clock, so that its lag has a zero of its own.`,
	time: 'Time',
	within: 'Within',
	logarithmic: 'logarithmic scale',
	showTable: (title: string) => `${title}: as a table`,
	nothingYet: 'Nothing was measured yet.',
	chartKeys: 'Arrow keys read its values.',
	notMeasured: '–',
} as const;
