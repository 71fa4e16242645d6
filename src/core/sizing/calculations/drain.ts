import type { Calculation, Results, SizingChart, WorkingStep } from '../calculation';
import { durationFigure, figure } from '../figures';
import { NoAnswer } from '../problem';

type Inputs = {
	readonly connections?: number;
	readonly servers?: number;
	readonly drainPerSecond: number;
	readonly connectionsPerServer?: number;
	readonly handshakesPerSecond?: number;
};

interface DrainResults extends Results {
	/** P ÷ n, at the beginning. */
	readonly connectionsEach?: number;
	/** P ÷ n ÷ d: for one server, and for each where new servers come first. */
	readonly secondsForOne?: number;
	/** n × that: one server after the other, each with its share; so it is where new servers come first. */
	readonly secondsForRollingRestart?: number;
	/** P ÷ (n − 1): what the others hold while one is away. */
	readonly connectionsEachWhileOneIsAway?: number;
	/** P: the fewest that move, each once. New servers come first, and take all that the old ones let go. */
	readonly connectionsMovedWithNewServersFirst?: number;
	/** P·(1 + 1/n): restarted in place, and the balancer fills the emptiest server first. */
	readonly connectionsMovedToEmptiest?: number;
	/** P·((n−1)/n)·((n/(n−1))ⁿ − 1): restarted in place, and what a server lets go spreads evenly on the others. */
	readonly connectionsMovedEvenly?: number;
	/** How often that moves each connection, on average: 1.5 for two servers, towards e − 1 = 1.72 for many. */
	readonly movesEach?: number;
	/** The time that this takes: later servers hold more than their share when their turn comes. */
	readonly secondsForRollingRestartEvenly?: number;
	/** What the last server holds when its turn comes, spread evenly: P/n·(n/(n−1))ⁿ⁻¹, towards e = 2.72 times its share. */
	readonly connectionsOnLastServer?: number;
	/** C ÷ d: for a server that holds all that it safely can. */
	readonly secondsForFullServer?: number;
	/** (n − 1)·h: new connections a second that the others bear together, and so the fastest safe drain. */
	readonly acceptedPerSecond?: number;
	/** Whether the others bear what the draining server lets go. Above it a queue of handshakes grows as long as it drains. */
	readonly converges?: boolean;
}

/**
 * How long servers take to let their connections go before they restart, and how many connections that moves.
 *
 * P connections on n servers, evenly; one server at a time lets d a second go. One takes P/n ÷ d, all take P/d, and P
 * connections move, if each moves to where it can stay: new servers first. Restarted in place, connections also move to
 * servers whose turn is yet to come, and move again. Where they spread evenly on the n − 1 others, each server's load
 * before its turn grows by the factor r = n/(n−1) a turn: server k lets P/n·rᵏ⁻¹ go, together
 * P/n·(rⁿ−1)/(r−1) = P·((n−1)/n)·(rⁿ − 1). Where they go to the emptiest, the first spread, since all others are equal, and
 * each later server's P/(n−1) go to the one that has just come back: P/n + (n−1)·P/(n−1). Throws `noSurvivors` for one server.
 */
export const drain: Calculation<Inputs, DrainResults> = {
	id: 'drain',
	title: 'Drain',
	question: 'How long does it take to drain one server, and all of them in turn, and how many connections move?',
	source: 'connections ÷ drain rate; a rolling restart as a geometric series over the servers',
	inputs: [
		{ name: 'connections', fact: 'audience' },
		{ name: 'servers', fact: 'servers' },
		{ name: 'drainPerSecond', fact: 'drainPerSecond' },
		{ name: 'connectionsPerServer', fact: 'connectionsPerServer' },
		{ name: 'handshakesPerSecond', fact: 'handshakesPerSecond' },
	],
	enough: [
		['connections', 'servers', 'drainPerSecond'],
		['connectionsPerServer', 'drainPerSecond'],
	],
	evokedBy: ['drainPerSecond'],
	calculate: ({ connections, servers, drainPerSecond, connectionsPerServer, handshakesPerSecond }) => {
		if (servers === 1) {
			throw new NoAnswer('noSurvivors');
		}
		return {
			...(connections !== undefined && servers !== undefined && fleetDrain(connections, servers, drainPerSecond)),
			...(connectionsPerServer !== undefined && { secondsForFullServer: connectionsPerServer / drainPerSecond }),
			...(servers !== undefined &&
				handshakesPerSecond !== undefined && {
					acceptedPerSecond: (servers - 1) * handshakesPerSecond,
					converges: drainPerSecond <= (servers - 1) * handshakesPerSecond,
				}),
		};
	},
	headline: ({ servers, drainPerSecond }, results) => {
		const { secondsForOne, secondsForRollingRestart, secondsForRollingRestartEvenly, acceptedPerSecond } = results;
		const warning =
			results.converges === false
				? `; does not converge: ${figure(drainPerSecond)}/s let go, ${figure(acceptedPerSecond!)}/s borne by the others`
				: '';
		if (secondsForOne === undefined) {
			return `${durationFigure(results.secondsForFullServer!)} for a full server${warning}`;
		}
		return `${durationFigure(secondsForOne)} for one server, ${durationFigure(secondsForRollingRestart!)} to ${durationFigure(secondsForRollingRestartEvenly!)} for ${figure(servers!)} in turn${warning}`;
	},
	working: workingOf,
	charts: chartsOf,
	remarks: ({ connectionsPerServer: limit }, results) => {
		const { connectionsEachWhileOneIsAway: away, connectionsOnLastServer: last, movesEach } = results;
		const remarks: string[] = [];
		if (limit !== undefined && away !== undefined && away > limit) {
			remarks.push(
				`While one server is away the others hold ${whole(away)} each, more than the ${figure(limit)} that one safely holds.`,
			);
		} else if (limit !== undefined && last !== undefined && last > limit) {
			remarks.push(
				`Spread evenly, the last server comes to hold ${whole(last)}, more than the ${figure(limit)} that one safely holds: let new servers come first, or the balancer fill the emptiest.`,
			);
		}
		if (movesEach !== undefined) {
			remarks.push(
				'One server drains at a time; the time that each takes to start again is not in it, nor are connections that leave on their own.',
			);
		}
		return remarks;
	},
};

function fleetDrain(connections: number, servers: number, drainPerSecond: number) {
	const connectionsEach = connections / servers;
	// log1p and expm1 keep their digits for any number of servers, where (n/(n−1))ⁿ − 1 would lose them.
	const growth = Math.log1p(1 / (servers - 1));
	const movesEach = ((servers - 1) / servers) * Math.expm1(servers * growth);
	return {
		connectionsEach,
		secondsForOne: connectionsEach / drainPerSecond,
		secondsForRollingRestart: connections / drainPerSecond,
		connectionsEachWhileOneIsAway: connections / (servers - 1),
		connectionsMovedWithNewServersFirst: connections,
		connectionsMovedToEmptiest: connections + connectionsEach,
		connectionsMovedEvenly: connections * movesEach,
		movesEach,
		secondsForRollingRestartEvenly: (connections * movesEach) / drainPerSecond,
		connectionsOnLastServer: connectionsEach * Math.exp((servers - 1) * growth),
	};
}

function workingOf(inputs: Inputs, results: DrainResults): readonly WorkingStep[] {
	const { connections: p, servers: n, drainPerSecond: d, connectionsPerServer: c, handshakesPerSecond: h } = inputs;
	const rate = `${figure(d)}/s`;
	const steps: WorkingStep[] = [];
	if (results.secondsForOne !== undefined) {
		const evenly = results.connectionsMovedEvenly!;
		steps.push(
			{
				label: 'time for one server',
				formula: '(connections ÷ servers) ÷ drainPerSecond',
				numbers: `(${figure(p!)} ÷ ${figure(n!)}) ÷ ${rate} = ${durationFigure(results.secondsForOne)}`,
			},
			{
				label: 'time for a rolling restart, new servers first',
				formula: 'servers × (connections ÷ servers) ÷ drainPerSecond',
				numbers: `${figure(n!)} × ${durationFigure(results.secondsForOne)} = ${durationFigure(results.secondsForRollingRestart!)}`,
			},
			{
				label: 'connections moved, new servers first',
				formula: 'connections, each once',
				numbers: figure(p!),
			},
			{
				label: 'connections moved in place, each to the emptiest server',
				formula: 'connections × (1 + 1 ÷ servers)',
				numbers: `${figure(p!)} × (1 + 1 ÷ ${figure(n!)}) = ${whole(results.connectionsMovedToEmptiest!)}`,
			},
			{
				label: 'connections moved in place, spread evenly on the others',
				formula: 'connections × ((n − 1) ÷ n) × ((n ÷ (n − 1))ⁿ − 1), n = servers',
				numbers: `${figure(p!)} × ${figure(results.movesEach!)} = ${whole(evenly)}`,
			},
			{
				label: 'time for that',
				formula: 'connections moved ÷ drainPerSecond',
				numbers: `${whole(evenly)} ÷ ${rate} = ${durationFigure(results.secondsForRollingRestartEvenly!)}`,
			},
			{
				label: 'on the last server when its turn comes, spread evenly',
				formula: '(connections ÷ n) × (n ÷ (n − 1))ⁿ⁻¹, n = servers',
				numbers: `${whole(results.connectionsOnLastServer!)}, ${figure(results.connectionsOnLastServer! / results.connectionsEach!)} times its share`,
			},
		);
	}
	if (results.secondsForFullServer !== undefined) {
		steps.push({
			label: 'time for a server that is full',
			formula: 'connectionsPerServer ÷ drainPerSecond',
			numbers: `${figure(c!)} ÷ ${rate} = ${durationFigure(results.secondsForFullServer)}`,
		});
	}
	if (results.acceptedPerSecond !== undefined) {
		steps.push({
			label: 'fastest drain that the others bear',
			formula: '(servers − 1) × handshakesPerSecond',
			numbers: `${figure(n! - 1)} × ${figure(h!)}/s = ${figure(results.acceptedPerSecond)}/s ${results.converges ? '≥' : '<'} ${rate}`,
		});
	}
	return steps;
}

function chartsOf({ servers, connectionsPerServer }: Inputs, results: DrainResults): readonly SizingChart[] {
	if (results.connectionsEach === undefined) {
		return [];
	}
	return [
		{
			kind: 'lines',
			title: 'Load in a rolling restart in place, spread evenly on the others',
			xLabel: 'time since the first drain began',
			xUnit: 'seconds',
			valueLabel: 'connections on a server',
			unit: 'count',
			...restartTimeline(servers!, results.connectionsEach, results.secondsForOne!),
			limits: connectionsPerServer === undefined ? [] : [{ name: 'limit of a server', value: connectionsPerServer }],
		},
		{
			kind: 'bars',
			title: 'Connections moved by a rolling restart',
			valueLabel: 'connections moved',
			unit: 'count',
			groups: ['new servers first', 'in place, to the emptiest', 'in place, spread evenly'],
			series: [
				{
					name: 'moved',
					values: [
						results.connectionsMovedWithNewServersFirst!,
						results.connectionsMovedToEmptiest!,
						results.connectionsMovedEvenly!,
					],
				},
			],
			limits: [],
		},
	];
}

/**
 * The loads of the first server, one in the middle and the last. The other servers gain d/(n−1) a second all the time, so
 * that each line is straight between the beginning of its server's turn, its end, and the end of all.
 */
function restartTimeline(servers: number, share: number, secondsForOne: number) {
	const turns = [...new Set([1, Math.ceil(servers / 2), servers])];
	const growth = Math.log1p(1 / (servers - 1));
	// Turn k begins after share·(rᵏ⁻¹ − 1)/(r − 1) connections were let go, in units of `secondsForOne` for each share.
	const gone = (turnsDone: number) => (servers - 1) * Math.expm1(turnsDone * growth);
	const marks = [...new Set(turns.flatMap((turn) => [gone(turn - 1), gone(turn)]))].sort((a, b) => a - b);
	return {
		x: marks.map((mark) => mark * secondsForOne),
		series: turns.map((turn) => ({
			name: turn === 1 ? 'first server' : turn === servers ? 'last server' : `server ${figure(turn)}`,
			values: marks.map((mark) => {
				const [begin, end] = [gone(turn - 1), gone(turn)];
				if (mark <= begin) {
					return share * (1 + mark / (servers - 1));
				}
				// A server whose turn is over fills at the pace of the others; within its own turn there is no mark.
				return (share * (mark - end)) / (servers - 1);
			}),
		})),
	};
}

/** Connections are whole; a mean of them is shown rounded up. */
function whole(connections: number): string {
	return figure(Math.ceil(connections));
}
