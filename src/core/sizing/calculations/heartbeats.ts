import type { Calculation, Results } from '../calculation';
import { bytesFigure, durationFigure, figure } from '../figures';
import { connectionLimits, libraryHeartbeats } from '../presets';
import { eventStreamCommentCost, heartbeatCost, webSocketMessageCost } from '../wireCost';

type Inputs = {
	readonly connections: number;
	readonly intervalSeconds: number;
};

/**
 * Whether an interval keeps a connection alive past an idle time-out: `ok` also when one heartbeat is lost or late,
 * `tight` only while each is in time, `tooLong` never.
 */
type Verdict = 'ok' | 'tight' | 'tooLong';

interface HeartbeatsResults extends Results {
	/** Pings, from the servers. */
	readonly pingsPerSecond: number;
	/** Pings and pongs. */
	readonly messagesPerSecond: number;
	/** Pings and the acknowledgements of pongs, with TLS and TCP/IP. */
	readonly serverToClientBytesPerSecond: number;
	/** Pongs, which carry the acknowledgement of their ping, with TLS and TCP/IP. */
	readonly clientToServerBytesPerSecond: number;
	/** Both. */
	readonly wireBytesPerSecond: number;
	/** The same on event streams: one comment from the server, and its acknowledgement. */
	readonly eventStreamBytesPerSecond: number;
	/** Half of the shortest idle time-out among the named proxies. */
	readonly longestSafeIntervalSeconds: number;
	/** How the interval does with each named proxy, by its default. */
	readonly proxies: readonly {
		readonly name: string;
		readonly idleSeconds: number;
		readonly longestSafeIntervalSeconds: number;
		readonly verdict: Verdict;
	}[];
}

const idleLimits = connectionLimits.filter(({ kind }) => kind === 'idle');
const lifetimes = connectionLimits.filter(({ kind }) => kind === 'lifetime');
const shortestIdleSeconds = Math.min(...idleLimits.map(({ seconds }) => seconds));

const ping = webSocketMessageCost(0);
const pong = webSocketMessageCost(0, 'client');
const comment = eventStreamCommentCost();
const pingPong = heartbeatCost('webSocket');
const commented = heartbeatCost('eventStream');

/**
 * What heartbeats cost, and whether they are frequent enough for what stands between client and server.
 *
 * N connections with a heartbeat each T seconds: N/T pings and as many pongs a second, without a payload. A proxy that closes
 * a connection after t seconds of silence asks for T ≤ t/2, so that one that is lost or late does no harm; the shortest hop
 * decides.
 */
export const heartbeats: Calculation<Inputs, HeartbeatsResults> = {
	id: 'heartbeats',
	title: 'Heartbeats',
	question: 'What do heartbeats cost, and how often do proxies on the way want them?',
	source: 'RFC 6455 5.5.2 (ping and pong), WHATWG HTML 9.2.7 (comments); idle time-outs as the proxies document them',
	inputs: [
		{ name: 'connections', fact: 'audience' },
		{ name: 'intervalSeconds', fact: 'heartbeatIntervalSeconds' },
	],
	enough: [['connections', 'intervalSeconds']],
	evokedBy: ['heartbeatIntervalSeconds'],
	calculate: ({ connections, intervalSeconds }) => {
		const pingsPerSecond = connections / intervalSeconds;
		return {
			pingsPerSecond,
			messagesPerSecond: 2 * pingsPerSecond,
			serverToClientBytesPerSecond: pingsPerSecond * pingPong.serverToClientBytes,
			clientToServerBytesPerSecond: pingsPerSecond * pingPong.clientToServerBytes,
			wireBytesPerSecond: pingsPerSecond * (pingPong.serverToClientBytes + pingPong.clientToServerBytes),
			eventStreamBytesPerSecond: pingsPerSecond * (commented.serverToClientBytes + commented.clientToServerBytes),
			longestSafeIntervalSeconds: shortestIdleSeconds / 2,
			proxies: idleLimits.map(({ name, seconds }) => ({
				name,
				idleSeconds: seconds,
				longestSafeIntervalSeconds: seconds / 2,
				verdict: verdictOf(intervalSeconds, seconds),
			})),
		};
	},
	headline: ({ intervalSeconds }, { messagesPerSecond, wireBytesPerSecond, longestSafeIntervalSeconds, proxies }) => {
		const failing = proxies.filter(({ verdict }) => verdict === 'tooLong').length;
		const longest = durationFigure(longestSafeIntervalSeconds);
		const fit =
			intervalSeconds <= longestSafeIntervalSeconds
				? `often enough for the shortest idle time-out (at most ${longest})`
				: failing > 0
					? `too seldom for ${figure(failing)} of ${figure(proxies.length)} proxies (at most ${longest} is safe)`
					: `a late one may be too late (at most ${longest} is safe)`;
		return `${figure(messagesPerSecond)} pings and pongs a second, ${bytesFigure(wireBytesPerSecond)}/s; ${fit}`;
	},
	working: ({ connections, intervalSeconds }, results) => {
		const pings = `${figure(results.pingsPerSecond)}/s`;
		return [
			{
				label: 'pings a second, and as many pongs',
				formula: 'connections ÷ intervalSeconds',
				numbers: `${figure(connections)} ÷ ${durationFigure(intervalSeconds)} = ${pings}`,
			},
			{
				label: 'from the servers',
				formula: 'pings a second × (frame header + TLS + TCP/IP + acknowledgement of the pong)',
				numbers: `${pings} × (${ping.framingBytes} + ${ping.tlsBytes} + ${ping.tcpIpBytes} + ${pong.acknowledgementBytes}) B = ${bytesFigure(results.serverToClientBytesPerSecond)}/s`,
			},
			{
				label: 'from the clients',
				formula: 'pongs a second × (frame header with its mask + TLS + TCP/IP)',
				numbers: `${pings} × (${pong.framingBytes} + ${pong.tlsBytes} + ${pong.tcpIpBytes}) B = ${bytesFigure(results.clientToServerBytesPerSecond)}/s`,
			},
			{
				label: 'both ways',
				formula: 'from the servers + from the clients',
				numbers: `${bytesFigure(results.serverToClientBytesPerSecond)}/s + ${bytesFigure(results.clientToServerBytesPerSecond)}/s = ${bytesFigure(results.wireBytesPerSecond)}/s`,
			},
			{
				label: 'as comments on event streams instead',
				formula: 'connections ÷ intervalSeconds × (comment + chunk + TLS + TCP/IP + acknowledgement)',
				numbers: `${pings} × (${comment.framingBytes} + ${comment.chunkBytes} + ${comment.tlsBytes} + ${comment.tcpIpBytes} + ${comment.acknowledgementBytes}) B = ${bytesFigure(results.eventStreamBytesPerSecond)}/s`,
			},
			{
				label: 'longest safe interval',
				formula: 'shortest idle time-out ÷ 2',
				numbers: `${results.proxies
					.map(({ name, idleSeconds, verdict }) => `${name} ${durationFigure(idleSeconds)} (${verdictWords[verdict]})`)
					.join(
						', ',
					)}: ${durationFigure(shortestIdleSeconds)} ÷ 2 = ${durationFigure(results.longestSafeIntervalSeconds)}`,
			},
		];
	},
	charts: ({ intervalSeconds }, { proxies }) => [
		{
			kind: 'bars',
			title: 'The interval against idle time-outs',
			valueLabel: 'time without traffic',
			unit: 'seconds',
			groups: proxies.map(({ name }) => name),
			series: [
				{ name: 'closed after', values: proxies.map(({ idleSeconds }) => idleSeconds) },
				{ name: 'longest safe interval', values: proxies.map((each) => each.longestSafeIntervalSeconds) },
			],
			limits: [{ name: 'heartbeat interval', value: intervalSeconds, kind: 'least' }],
			logarithmic: true,
		},
	],
	remarks: (_, { proxies }) => [
		...(proxies.some(({ verdict }) => verdict !== 'ok')
			? [
					'An interval at the idle time-out is a race: pings each 60 s behind a balancer with 60 s made 61% of a load test’s requests time out (mattermost/docs #8929).',
				]
			: []),
		'Time-outs are the defaults of these proxies; most can be set, and there may be others on the way, such as a company’s proxy or a mobile network’s NAT.',
		`No heartbeat prolongs a lifetime, after which clients have to connect again: ${lifetimes.map(({ name, seconds }) => `${name} ${durationFigure(seconds)}`).join(', ')}.`,
		`Libraries by default: ${libraryHeartbeats.map(({ name, intervalSeconds: each }) => `${name} every ${durationFigure(each)}`).join(', ')}. Connections with traffic of their own need fewer; the number here is for all of them silent.`,
	],
};

const verdictWords: Readonly<Record<Verdict, string>> = { ok: 'safe', tight: 'none may be late', tooLong: 'too long' };

function verdictOf(intervalSeconds: number, idleSeconds: number): Verdict {
	return intervalSeconds <= idleSeconds / 2 ? 'ok' : intervalSeconds < idleSeconds ? 'tight' : 'tooLong';
}
