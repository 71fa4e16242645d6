import type { Calculation, Results } from '../calculation';
import { counted, figure, shareFigure } from '../figures';
import { wholeAbove } from '../wholeNumber';

type Inputs = {
	readonly peakConnections: number;
	readonly connectionsPerServer: number;
	readonly failuresTolerated: number;
	readonly headroom: number;
};

/** Whether each server's load is above its limit, right at it, or below. */
type Verdict = 'over' | 'atLimit' | 'ok';

interface SocketServersResults extends Results {
	/** ⌈P ÷ C⌉: enough while nothing fails. */
	readonly minimumServers: number;
	/** The smallest n with P ÷ (n − f) ≤ C. */
	readonly survivingServers: number;
	/** The smallest n with P ÷ (n − f) ≤ C·(1 − h). */
	readonly recommendedServers: number;
	/** Connections on each of the recommended servers after the tolerated failures. */
	readonly connectionsEachAfterFailures: number;
	/**
	 * A row for each fleet size worth looking at, and in it the load on each server with 0 … f + 1 of them failed: all of
	 * these where they are few, else some, always with 0, f and f + 1; only those that leave a server.
	 */
	readonly table: readonly {
		readonly servers: number;
		readonly loads: readonly { readonly failed: number; readonly connectionsEach: number; readonly verdict: Verdict }[];
	}[];
}

/** The table has no more rows than a person reads, and the chart no more colours than one tells apart. */
const mostRows = 8;
const mostFailedCounts = 6;

/**
 * How many servers hold an audience, when some of them fail and each keeps room to spare.
 *
 * With P connections at peak, C that one server safely holds, f failures and h headroom:
 * minimum ⌈P/C⌉; surviving f + ⌈P/C⌉; recommended f + ⌈P/(C·(1−h))⌉. Capacity by N + f, since a failed server's
 * connections move to the others.
 */
export const socketServers: Calculation<Inputs, SocketServersResults> = {
	id: 'socketServers',
	title: 'Socket Servers',
	question: 'How many servers hold the connections at peak, also when some of them fail?',
	source: 'N + f redundancy: the load of the failed servers moves to the others',
	inputs: [
		{ name: 'peakConnections', fact: 'audience' },
		{ name: 'connectionsPerServer', fact: 'connectionsPerServer' },
		{
			name: 'failuresTolerated',
			fact: 'failuresTolerated',
			assumed: { value: 1, source: 'one server may fail or restart' },
		},
		{ name: 'headroom', fact: 'headroom', assumed: { value: 0.2, source: 'room for uneven balancing and growth' } },
	],
	enough: [['peakConnections', 'connectionsPerServer']],
	evokedBy: ['connectionsPerServer'],
	calculate: ({ peakConnections, connectionsPerServer, failuresTolerated, headroom }) => {
		const minimumServers = wholeAbove(peakConnections / connectionsPerServer);
		const survivingServers = minimumServers + failuresTolerated;
		const afterFailures = wholeAbove(peakConnections / (connectionsPerServer * (1 - headroom)));
		const recommendedServers = afterFailures + failuresTolerated;
		const sizes = new Set([minimumServers, survivingServers, recommendedServers]);
		for (let size = minimumServers; size <= recommendedServers + 1 && sizes.size < mostRows; size++) {
			sizes.add(size);
		}
		const failedCounts = failedCountsUpTo(failuresTolerated);
		const table = [...sizes]
			.sort((a, b) => a - b)
			.map((servers) => ({
				servers,
				loads: failedCounts
					.filter((failed) => failed < servers)
					.map((failed) => {
						const connectionsEach = peakConnections / (servers - failed);
						return { failed, connectionsEach, verdict: verdictOf(connectionsEach, connectionsPerServer) };
					}),
			}));
		return {
			minimumServers,
			survivingServers,
			recommendedServers,
			connectionsEachAfterFailures: peakConnections / afterFailures,
			table,
		};
	},
	headline: ({ failuresTolerated }, { recommendedServers, connectionsEachAfterFailures }) =>
		`${counted(recommendedServers, 'server')}: ${figure(Math.ceil(connectionsEachAfterFailures))} connections each after ${failures(failuresTolerated)}`,
	working: (inputs, results) => {
		const { peakConnections: p, connectionsPerServer: c, failuresTolerated: f, headroom: h } = inputs;
		const { minimumServers, survivingServers, recommendedServers } = results;
		return [
			{
				label: 'enough while nothing fails',
				formula: '⌈peakConnections ÷ connectionsPerServer⌉',
				numbers: `⌈${figure(p)} ÷ ${figure(c)}⌉ = ${figure(minimumServers)}`,
			},
			{
				label: `survives ${failures(f)}`,
				formula: 'failuresTolerated + ⌈peakConnections ÷ connectionsPerServer⌉',
				numbers: `${figure(f)} + ${figure(minimumServers)} = ${figure(survivingServers)}`,
			},
			{
				label: `survives ${failures(f)} with ${shareFigure(h)} of each server free`,
				formula: 'failuresTolerated + ⌈peakConnections ÷ (connectionsPerServer × (1 − headroom))⌉',
				numbers: `${figure(f)} + ⌈${figure(p)} ÷ ${figure(c * (1 - h))}⌉ = ${figure(recommendedServers)}`,
			},
		];
	},
	charts: ({ connectionsPerServer, headroom, failuresTolerated }, { table, recommendedServers }) => [
		{
			kind: 'bars',
			title: 'Load on each server by servers that failed',
			valueLabel: 'connections on each server',
			unit: 'count',
			groups: table.map(({ servers }) => counted(servers, 'server')),
			answer: table.findIndex(({ servers }) => servers === recommendedServers),
			series: failedCountsUpTo(failuresTolerated).map((failed) => ({
				name: `${figure(failed)} failed`,
				values: table.map(({ loads }) => loads.find((load) => load.failed === failed)?.connectionsEach ?? null),
			})),
			limits: [
				{ name: 'limit of a server', value: connectionsPerServer },
				{ name: 'limit less headroom', value: connectionsPerServer * (1 - headroom) },
			],
		},
	],
	remarks: ({ failuresTolerated: f }, { survivingServers, recommendedServers, table }) => {
		const surviving = table
			.find(({ servers }) => servers === survivingServers)
			?.loads.find(({ failed }) => failed === f);
		return surviving?.verdict === 'atLimit' && f > 0 && survivingServers < recommendedServers
			? [`${counted(survivingServers, 'server')} bear ${failures(f)} only right at the limit, with nothing to spare.`]
			: [];
	},
};

/** 0 … f + 1 where these are few; else 0, some between that are about evenly spread, f and f + 1. */
function failedCountsUpTo(failuresTolerated: number): readonly number[] {
	const counts = Math.min(failuresTolerated + 1, mostFailedCounts - 1);
	const upToTolerated = Array.from({ length: counts }, (_, at) =>
		Math.round((failuresTolerated * at) / Math.max(1, counts - 1)),
	);
	return [...upToTolerated, failuresTolerated + 1];
}

function verdictOf(load: number, limit: number): Verdict {
	return load > limit ? 'over' : load === limit ? 'atLimit' : 'ok';
}

function failures(count: number): string {
	return count === 0 ? 'no failure' : count === 1 ? 'one failure' : `${figure(count)} failures`;
}
