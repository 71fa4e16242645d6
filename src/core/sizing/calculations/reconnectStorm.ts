import type { Calculation, Results, SizingChart, WorkingStep } from '../calculation';
import { counted, durationFigure, figure, shareFigure } from '../figures';
import { NoAnswer } from '../problem';

type Inputs = {
	readonly peakConnections: number;
	readonly servers: number;
	readonly windowSeconds?: number;
	readonly handshakesPerSecond?: number;
};

interface ReconnectStormResults extends Results {
	/** P ÷ n: the share of the server that restarts. */
	readonly droppedConnections: number;
	/** n − 1. */
	readonly survivors: number;
	/** P ÷ (n − 1): what each survivor holds once all are back. */
	readonly connectionsEachAfterRestart: number;
	/** 1 ÷ (n − 1): by how much that is more than before. */
	readonly loadGrowth: number;
	/** On all survivors together when every client comes back at once: all of them within the first second. */
	readonly handshakesPerSecondWithoutJitter: number;
	/** On all survivors together with full jitter over the window. */
	readonly handshakesPerSecondOverWindow?: number;
	/** What all survivors bear together. */
	readonly acceptedPerSecond?: number;
	/** The shortest window over which the survivors bear the reconnects; also the time they take to admit all without jitter. */
	readonly smallestSafeWindowSeconds?: number;
	/** The same for a restart of all servers, or of the balancer before them: all clients come back, to all servers. */
	readonly smallestSafeWindowForAllSeconds?: number;
	/** Whether the window's rate is within what the survivors bear. Above it the queue grows as long as the window lasts. */
	readonly converges?: boolean;
	/** How long the last client in the queue waits at the window's end; 0 where the rate converges. */
	readonly longestWaitSeconds?: number;
}

/**
 * What the clients of one server do to the others when it restarts.
 *
 * With P connections on n servers, evenly, a restart drops N = P/n. With full jitter over a window W, each client waits
 * random(0, W), so that N/W a second come back; without, all do within the first second. n − 1 survivors that bear h
 * handshakes a second each admit N in N/((n − 1)·h), which is the smallest safe window; over a shorter one a queue grows to
 * N − (n − 1)·h·W, and its last client waits until the smallest safe window is over. Throws `noSurvivors` for one server.
 */
export const reconnectStorm: Calculation<Inputs, ReconnectStormResults> = {
	id: 'reconnectStorm',
	title: 'Reconnect Storm',
	question: 'How hard do the clients of a restarting server hit the others, and over which time must they spread?',
	source: 'full jitter, random(0, window): dropped connections ÷ window a second',
	inputs: [
		{ name: 'peakConnections', fact: 'audience' },
		{ name: 'servers', fact: 'servers' },
		{ name: 'windowSeconds', fact: 'reconnectWindowSeconds' },
		{ name: 'handshakesPerSecond', fact: 'handshakesPerSecond' },
	],
	enough: [
		['peakConnections', 'servers', 'handshakesPerSecond'],
		['peakConnections', 'servers', 'windowSeconds'],
	],
	evokedBy: ['reconnectWindowSeconds', 'handshakesPerSecond'],
	calculate: ({ peakConnections, servers, windowSeconds, handshakesPerSecond }) => {
		const survivors = servers - 1;
		if (survivors === 0) {
			throw new NoAnswer('noSurvivors');
		}
		const droppedConnections = peakConnections / servers;
		return {
			droppedConnections,
			survivors,
			connectionsEachAfterRestart: peakConnections / survivors,
			loadGrowth: 1 / survivors,
			handshakesPerSecondWithoutJitter: droppedConnections,
			...(windowSeconds !== undefined && { handshakesPerSecondOverWindow: droppedConnections / windowSeconds }),
			...(handshakesPerSecond !== undefined && {
				acceptedPerSecond: survivors * handshakesPerSecond,
				smallestSafeWindowSeconds: droppedConnections / (survivors * handshakesPerSecond),
				smallestSafeWindowForAllSeconds: peakConnections / (servers * handshakesPerSecond),
			}),
			...(windowSeconds !== undefined &&
				handshakesPerSecond !== undefined &&
				queueOf(droppedConnections, windowSeconds, survivors * handshakesPerSecond)),
		};
	},
	headline: ({ windowSeconds }, results) => {
		const { droppedConnections, survivors, handshakesPerSecondOverWindow, acceptedPerSecond, converges } = results;
		const { smallestSafeWindowSeconds } = results;
		const dropped = `${whole(droppedConnections)} reconnect`;
		if (smallestSafeWindowSeconds === undefined) {
			return `${dropped}: ${figure(handshakesPerSecondOverWindow!)} handshakes/s over ${durationFigure(windowSeconds!)}, without jitter all at once`;
		}
		const bear = `${counted(survivors, 'survivor bears', 'survivors together bear')} ${figure(acceptedPerSecond!)} handshakes/s`;
		const atLeast = `spread them over at least ${durationFigure(smallestSafeWindowSeconds)}`;
		if (converges === undefined) {
			return `${dropped}, ${bear}: ${atLeast}`;
		}
		const rate = `${figure(handshakesPerSecondOverWindow!)}/s over ${durationFigure(windowSeconds!)}`;
		return converges
			? `${dropped}, ${rate}: safe, ${bear}`
			: `${dropped}, ${rate}: does not converge, ${bear}; ${atLeast}`;
	},
	working: workingOf,
	charts: chartsOf,
	remarks: (_, { handshakesPerSecondOverWindow: rate, converges }) => [
		...(rate === undefined
			? []
			: [
					`Full jitter is random: in its busiest seconds about ${figure(Math.ceil(rate + 3 * Math.sqrt(rate)))} come (the mean and three standard deviations).`,
				]),
		...(converges === false
			? ['Clients that time out in the queue and try again add to it: then it may never empty.']
			: []),
		'The first attempt has to be spread too; a fixed delay moves the whole crowd without thinning it.',
	],
};

function queueOf(dropped: number, windowSeconds: number, acceptedPerSecond: number) {
	// A window of exactly the smallest safe length is safe, whatever rounding does to the quotients.
	const converges = dropped / windowSeconds <= acceptedPerSecond * (1 + Number.EPSILON * 4);
	return { converges, longestWaitSeconds: converges ? 0 : dropped / acceptedPerSecond - windowSeconds };
}

function workingOf(inputs: Inputs, results: ReconnectStormResults): readonly WorkingStep[] {
	const { peakConnections: p, servers: n, windowSeconds: w, handshakesPerSecond: h } = inputs;
	const { droppedConnections, survivors, loadGrowth, connectionsEachAfterRestart, acceptedPerSecond } = results;
	const steps: WorkingStep[] = [
		{
			label: 'dropped by one restart',
			formula: 'peakConnections ÷ servers',
			numbers: `${figure(p)} ÷ ${figure(n)} = ${figure(droppedConnections)}`,
		},
		{
			label: 'on each survivor afterwards',
			formula: 'peakConnections ÷ (servers − 1)',
			numbers: `${figure(p)} ÷ ${figure(survivors)} = ${figure(connectionsEachAfterRestart)}, ${shareFigure(loadGrowth)} more`,
		},
		{
			label: 'handshakes without jitter',
			formula: 'all within the first second',
			numbers: `${figure(droppedConnections)}/s`,
		},
	];
	if (w !== undefined) {
		steps.push({
			label: 'handshakes with full jitter over the window',
			formula: '(peakConnections ÷ servers) ÷ windowSeconds',
			numbers: `${figure(droppedConnections)} ÷ ${figure(w)} s = ${figure(results.handshakesPerSecondOverWindow!)}/s`,
		});
	}
	if (h !== undefined) {
		steps.push(
			{
				label: 'what the survivors bear',
				formula: '(servers − 1) × handshakesPerSecond',
				numbers: `${figure(survivors)} × ${figure(h)}/s = ${figure(acceptedPerSecond!)}/s`,
			},
			{
				label: 'smallest safe window',
				formula: '(peakConnections ÷ servers) ÷ ((servers − 1) × handshakesPerSecond)',
				numbers: `${figure(droppedConnections)} ÷ ${figure(acceptedPerSecond!)}/s = ${durationFigure(results.smallestSafeWindowSeconds!)}`,
			},
			{
				label: 'smallest safe window when all servers or the balancer restart',
				formula: 'peakConnections ÷ (servers × handshakesPerSecond)',
				numbers: `${figure(p)} ÷ (${figure(n)} × ${figure(h)}/s) = ${durationFigure(results.smallestSafeWindowForAllSeconds!)}`,
			},
		);
	}
	if (results.converges === false) {
		steps.push({
			label: 'longest wait for a handshake, if nobody gives up',
			formula: 'smallestSafeWindowSeconds − windowSeconds',
			numbers: `${durationFigure(results.smallestSafeWindowSeconds!)} − ${durationFigure(w!)} = ${durationFigure(results.longestWaitSeconds!)}`,
		});
	}
	return steps;
}

function chartsOf({ peakConnections, servers, windowSeconds }: Inputs, results: ReconnectStormResults) {
	const { droppedConnections, acceptedPerSecond, smallestSafeWindowSeconds, connectionsEachAfterRestart } = results;
	const bursts = [{ name: 'no jitter', seconds: 1, rate: droppedConnections }];
	if (windowSeconds !== undefined) {
		const name = `full jitter over ${durationFigure(windowSeconds)}`;
		bursts.push({ name, seconds: windowSeconds, rate: results.handshakesPerSecondOverWindow! });
	} else {
		const name = `full jitter over the smallest safe window, ${durationFigure(smallestSafeWindowSeconds!)}`;
		bursts.push({ name, seconds: smallestSafeWindowSeconds!, rate: acceptedPerSecond! });
	}
	const charts: SizingChart[] = [
		{
			kind: 'lines',
			title: 'Reconnect rate after a restart',
			xLabel: 'time since the restart',
			xUnit: 'seconds',
			valueLabel: 'handshakes a second on all survivors',
			unit: 'perSecond',
			...steps(bursts),
			limits: acceptedPerSecond === undefined ? [] : [{ name: 'what the survivors bear', value: acceptedPerSecond }],
		},
		{
			kind: 'bars',
			title: 'Load on each survivor',
			valueLabel: 'connections on each server',
			unit: 'count',
			groups: ['before the restart', 'once all are back'],
			series: [{ name: 'connections', values: [peakConnections / servers, connectionsEachAfterRestart] }],
			limits: [],
		},
	];
	return charts;
}

/** Constant rates that end at once, as lines: at each end there are two points, one before the fall and one after. */
function steps(bursts: readonly { readonly name: string; readonly seconds: number; readonly rate: number }[]) {
	const ends = [...new Set(bursts.map(({ seconds }) => seconds))].sort((a, b) => a - b);
	const points = [
		{ at: 0, isBefore: true },
		...ends.flatMap((at) => [
			{ at, isBefore: true },
			{ at, isBefore: false },
		]),
	];
	return {
		x: points.map(({ at }) => at),
		series: bursts.map(({ name, seconds, rate }) => ({
			name,
			values: points.map(({ at, isBefore }) => (at < seconds || (at === seconds && isBefore) ? rate : 0)),
		})),
	};
}

/** Connections are whole; a mean of them is shown rounded up. */
function whole(connections: number): string {
	return figure(Math.ceil(connections));
}
