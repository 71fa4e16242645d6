import type { Calculation, Results, SizingChart, WorkingStep } from '../calculation';
import { durationFigure, figure, shareFigure } from '../figures';

type Inputs = {
	readonly intervalSeconds: number;
	/** One way. */
	readonly networkLatencyMs?: number;
	readonly clients?: number;
	readonly eventsPerSecond?: number;
};

interface PollingFreshnessResults extends Results {
	/** How long an event waits on average for the poll that fetches it: interval ÷ 2, the network not included. */
	readonly averageLagSeconds: number;
	/** For an event right after a poll: the interval, and the way back where the latency is told. */
	readonly worstLagSeconds: number;
	/** The average with the way back. Only where the latency is told, like the next. */
	readonly averageArrivalLagSeconds?: number;
	/** The lag of the same event pushed: the latency. */
	readonly pushedLagSeconds?: number;
	/** Only where the clients are told. */
	readonly requestsPerSecond?: number;
	/** Polls that bring nothing: e^(−λT). Only where the event rate is told. */
	readonly emptyPollShare?: number;
	/** Of `requestsPerSecond`. Only where both are told. */
	readonly emptyRequestsPerSecond?: number;
}

/**
 * How late polling learns what happened, against a push.
 *
 * With an interval T from the start of one poll to the start of the next, an event falls anywhere in it with equal chance:
 * it waits T/2 on average and T at worst, and then goes one way over the network, which takes L. A push takes L alone.
 * N clients make N/T requests a second; with events at random (Poisson) at rate λ, e^(−λT) of these bring nothing.
 */
export const pollingFreshness: Calculation<Inputs, PollingFreshnessResults> = {
	id: 'pollingFreshness',
	title: 'Polling Freshness',
	question: 'How late does polling learn what happened, and how many polls are for nothing?',
	source: 'a wait that is uniform over the interval; Poisson events for empty polls',
	inputs: [
		{ name: 'intervalSeconds', fact: 'pollIntervalSeconds' },
		{ name: 'networkLatencyMs', fact: 'networkLatencyMs' },
		{ name: 'clients', fact: 'audience' },
		{ name: 'eventsPerSecond', fact: 'eventsPerSecond' },
	],
	enough: [['intervalSeconds']],
	evokedBy: ['pollIntervalSeconds'],
	calculate: ({ intervalSeconds, networkLatencyMs, clients, eventsPerSecond }) => {
		const averageLagSeconds = intervalSeconds / 2;
		const latencySeconds = networkLatencyMs === undefined ? undefined : networkLatencyMs / 1000;
		const requestsPerSecond = clients === undefined ? undefined : clients / intervalSeconds;
		const emptyPollShare = eventsPerSecond === undefined ? undefined : Math.exp(-eventsPerSecond * intervalSeconds);
		return {
			averageLagSeconds,
			worstLagSeconds: intervalSeconds + (latencySeconds ?? 0),
			...(latencySeconds !== undefined && {
				averageArrivalLagSeconds: averageLagSeconds + latencySeconds,
				pushedLagSeconds: latencySeconds,
			}),
			...(requestsPerSecond !== undefined && { requestsPerSecond }),
			...(emptyPollShare !== undefined && { emptyPollShare }),
			...(requestsPerSecond !== undefined &&
				emptyPollShare !== undefined && { emptyRequestsPerSecond: requestsPerSecond * emptyPollShare }),
		};
	},
	headline: (_, { averageLagSeconds, worstLagSeconds, pushedLagSeconds, requestsPerSecond }) => {
		const pushed = pushedLagSeconds === undefined ? '' : `; pushed ${durationFigure(pushedLagSeconds)}`;
		const requests = requestsPerSecond === undefined ? '' : `; ${figure(requestsPerSecond)} requests a second`;
		return `${durationFigure(averageLagSeconds)} behind on average, ${durationFigure(worstLagSeconds)} at worst${pushed}${requests}`;
	},
	working: (inputs, results) => {
		const { intervalSeconds, clients, eventsPerSecond } = inputs;
		const { averageLagSeconds, worstLagSeconds, pushedLagSeconds } = results;
		const interval = durationFigure(intervalSeconds);
		const average = durationFigure(averageLagSeconds);
		const steps: WorkingStep[] = [
			{
				label: 'wait for the next poll, on average',
				formula: 'intervalSeconds ÷ 2',
				numbers: `${interval} ÷ 2 = ${average}`,
			},
		];
		if (pushedLagSeconds === undefined) {
			steps.push({
				label: 'at worst, right after a poll, before the network',
				formula: 'intervalSeconds',
				numbers: interval,
			});
		} else {
			const latency = durationFigure(pushedLagSeconds);
			steps.push(
				{
					label: 'at worst, right after a poll, with the way back',
					formula: 'intervalSeconds + networkLatency',
					numbers: `${interval} + ${latency} = ${durationFigure(worstLagSeconds)}`,
				},
				{
					label: 'on average, with the way back',
					formula: 'intervalSeconds ÷ 2 + networkLatency',
					numbers: `${average} + ${latency} = ${durationFigure(results.averageArrivalLagSeconds!)}`,
				},
				{ label: 'pushed', formula: 'networkLatency', numbers: latency },
			);
		}
		if (results.requestsPerSecond !== undefined) {
			steps.push({
				label: 'requests a second',
				formula: 'clients ÷ intervalSeconds',
				numbers: `${figure(clients!)} ÷ ${interval} = ${figure(results.requestsPerSecond)}/s`,
			});
		}
		if (results.emptyPollShare !== undefined) {
			steps.push({
				label: 'share of polls that bring nothing',
				formula: 'e^(−eventsPerSecond × intervalSeconds)',
				numbers: `e^(−${figure(eventsPerSecond!)}/s × ${interval}) = ${shareFigure(results.emptyPollShare)}`,
			});
		}
		if (results.emptyRequestsPerSecond !== undefined) {
			steps.push({
				label: 'requests for nothing',
				formula: 'requests a second × share that bring nothing',
				numbers: `${figure(results.requestsPerSecond!)}/s × ${shareFigure(results.emptyPollShare!)} = ${figure(results.emptyRequestsPerSecond)}/s`,
			});
		}
		return steps;
	},
	charts: ({ intervalSeconds, clients }, results) => [
		...lagCharts(results),
		...intervalCharts(intervalSeconds, clients),
	],
	remarks: (_, { emptyPollShare, pushedLagSeconds }) => [
		'The interval is from the start of one poll to the start of the next. A client that waits for the answer first, and then for the interval, is later by a round trip.',
		...(pushedLagSeconds === undefined
			? ["The network's way, which a push takes as well, is not in the lags."]
			: [
					'The average waits for the poll alone, so that it can be set against the interval; the worst has the way back in it.',
				]),
		...(emptyPollShare === undefined ? [] : ['Events are taken to come at random, to each client by itself.']),
	],
};

function lagCharts(results: PollingFreshnessResults): readonly SizingChart[] {
	const { averageArrivalLagSeconds, worstLagSeconds, pushedLagSeconds } = results;
	return averageArrivalLagSeconds === undefined || pushedLagSeconds === undefined
		? []
		: [
				{
					kind: 'bars',
					title: 'How late an event is known',
					valueLabel: 'from event to client',
					unit: 'seconds',
					groups: ['on average', 'at worst'],
					series: [
						{ name: 'polling', values: [averageArrivalLagSeconds, worstLagSeconds] },
						{ name: 'pushed', values: [pushedLagSeconds, pushedLagSeconds] },
					],
					limits: [],
				},
			];
}

/** Shorter and longer intervals, as shares of the one that is asked about, geometrically spaced so that the curve is smooth. */
const intervalFactors = Array.from({ length: 25 }, (_, at) => 2 ** (at / 6 - 2));

function intervalCharts(intervalSeconds: number, clients: number | undefined): readonly SizingChart[] {
	const intervals = intervalFactors.map((factor) => intervalSeconds * factor);
	const requests = clients === undefined ? [] : intervals.map((each) => clients / each);
	return requests.length === 0 || !requests.every(Number.isFinite)
		? []
		: [
				{
					kind: 'lines',
					title: 'What a fresher poll costs',
					xLabel: 'average wait for the poll',
					xUnit: 'seconds',
					valueLabel: 'requests a second',
					unit: 'perSecond',
					x: intervals.map((each) => each / 2),
					series: [{ name: 'polling', values: requests }],
					limits: [],
				},
			];
}
