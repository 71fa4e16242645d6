import type { FactName } from '../facts';
import type { Dimension } from './quantity';

/*
 * The vocabulary of capacity: which phrases are signs of what (`signs`), and how much each sign says for or against each
 * meaning that a number can have (`meanings`).
 */

/** Nouns that a phrase names as a group, with `@`. */
export const groups = {
	server:
		'server node pod box instance machine host vm container replica gateway process worker backend broker proxy shard frontend task dyno droplet relay hub blade computer appserver webserver',
	user:
		'user supporter viewer client player subscriber driver rider listener person people ppl customer visitor member participant ' +
		'spectator fan watcher trader operator agent dispatcher courier student attendee employee consumer peer guest gamer ' +
		'follower editor reader passenger shopper buyer bidder seller patient nurse doctor teacher pupil sensor vehicle ' +
		'meter thermostat camera truck van scooter bike car bus robot tracker collaborator author streamer recipient ' +
		'learner dashboard wallboard page seat chat conversation caller contestant staff analyst colleague human bettor punter browser app device phone handset tablet laptop terminal kiosk ' +
		'desk tv box-top desktop smartphone screen probe appliance household',
	device: 'device phone browser screen handset tablet laptop terminal desktop smartphone window',
	tab: 'tab',
	connection: 'connection conn socket websocket stream session subscription ws wss',
	event:
		'message msg event update vote reaction cursor stroke emoji tick quote notification frame packet snapshot delta token price trade indicator datagram alert ' +
		'broadcast score diff patch publication record datapoint change bid push',
	failVerb: 'fail die crash go restart drop break failure loss outage down',
	sendVerb: 'send post report type emit publish upload transmit submit write produce autosave',
	source: 'server service system platform feed hub backend api publisher we',
	place:
		'room channel group document doc topic game match lobby region team tenant school shop branch store zone company office',
	uplink: 'reading measurement telemetry sample fix keystroke input command observation',
} as const;

/**
 * What phrases are signs of, by the sign's name; phrases are parted by commas. In a phrase `@server` stands for any noun of
 * that group, `~` for at most two words that are signs of nothing themselves (`each of our nodes`, `one gateway pod`), `/`
 * for the stroke of `60k/node`.
 */
export const signs = {
	server: '@server, set of server',
	fleet: 'fleet, cluster, fleet size, cluster size',
	oneServer:
		'a ~ @server, an ~ @server, one ~ @server, any ~ @server, any one ~ @server, this ~ @server, ' +
		'the ~ machine, single ~ @server, a single ~ @server',
	eachServer: 'each ~ @server, every ~ @server, individual ~ @server, @server each',
	perServer: 'per ~ @server, / @server, on each ~ @server, on every ~ @server',
	user: '@user',
	device: '@device, set top box, smart meter, web client, open browser',
	tab: '@tab, browser tab',
	eachUser:
		'each ~ @user, every ~ @user, a @user, an @user, one @user, single @user, each ~ @device, ' + 'every ~ @device',
	perUser: 'per ~ @user, / @user, per ~ @device, / @device, a head, per head, per capita',
	toUsers: 'to each ~ @user, to every ~ @user, to all ~ @user, to the @user, to @user, to each ~ @device',
	connection: '@connection, web socket, open socket, event stream',
	newConnection: 'new ~ @connection, new tls connection, fresh ~ @connection, incoming connection',
	oneConnection: 'each ~ @connection, every ~ @connection, a ~ @connection, an ~ @connection, one ~ @connection',
	perConnection: 'per ~ @connection, / @connection',
	perTab: 'per tab, / tab',
	eachOf: 'each of, each of the, each of our, every one of, all of the',
	each: 'each, apiece, each one',
	online:
		'open, online, logged in, signed in, watching, watch, connected, on shift, live, tuned in, follow, join, ' +
		'joined, joining, have it open, has it open',
	concurrent:
		'concurrent, concurrently, concurrency, simultaneous, simultaneously, at once, at the same time, ' +
		'at the same moment, at a time, at any time, at any one time, at any moment, at any given time, ' +
		'at any given moment, ccu, pcu',
	peak:
		'black friday, spike, record, all time high, cup final, peak, at peak, rush hour, busiest, ' +
		'busiest minute, busiest hour, prime time, launch day, busy hour, worst case',
	expect:
		'next year, grow to, growth to, hit, reach, reached, saw, expect, expected, anticipate, anticipated, ' +
		'projected, forecast, plan for, planning for, sized for, sizing, carry, target audience',
	daily:
		'dau, mau, wau, daily, monthly, weekly, daily active, registered, sign up, signup, account, installed, ' +
		'install, download, a day, per day, user base, enrolled',
	perGroup:
		'@place hold, @place have, per ~ @place, / @place, each ~ @place, every ~ @place, @place of, ' +
		'in a @place, one @place',
	hold:
		'hold, holding, held, handle, handling, take, taking, carry, support, supporting, sustain, sustained, ' +
		'manage, cope, cope with, top out, topping out, max out, cap out, good for, accommodate, fit, bear, ' +
		'serve, terminate, accept, keep up with, cater for, stable at, comfortable with, comfortable at',
	limit:
		'rated for, rated at, benchmarked at, limit, safe limit, cap, capped, capacity, ceiling, max, maximum, ' +
		'safe, safely, comfortably, load test, load tested, tested, tested to, at most, up to',
	fail:
		'a ~ @server @failVerb, one ~ @server @failVerb, lose a ~ @server, loss of a ~ @server, ' +
		'losing a ~ @server, if a ~ @server, fail, failing, failed, failure, lose, losing, lost, loss, down, ' +
		'die, dying, dead, crash, outage, survive, surviving, tolerate, tolerating, redundancy, redundant, ' +
		'go away, gone, break, node failure, server failure, unavailable',
	lose: 'lose, losing, lost, drop, dropped, dropping, kick, kicked',
	uplinkVerb:
		'autosave, autosaved, save, saved, saving, sync, report, reporting, upload, uploading, submit, ' +
		'submitting, transmit, transmitting',
	spareServer: 'spare, standby, hot spare, hot standby',
	zone: 'zone, az, region, rack, datacenter, data centre, data center, site',
	descriptor:
		'descriptor, file descriptor, fd, ulimit, ulimit n, ulimit - n, nofile, file handle, open file, rlimit, ' +
		'rlimit nofile, open fd, handle limit',
	headroom:
		'headroom, head room, spare, slack, margin, buffer, cushion, breathing room, free, unused, idle, ' +
		'in hand, safety margin, room to spare',
	reserved: 'in reserve, reserve, reserved, kept for, keep for, set aside, kept back',
	reservedFor: 'other process, for the os, operating system, kernel, os, everything else',
	utilization:
		'stay below, stay under, stay at, not exceed, use at most, use only, use up to, using at most, beyond, ' +
		'utilization, utilisation, utilized, utilised, run at, run ~ at, run ~ @server at, run @server at, ' +
		'running ~ @server at, keep ~ @server below, keep ~ @server under, keep ~ @server at, keep below, ' +
		'keep under, keep at, running at, loaded, load factor, full, fill, filled, busy, occupancy, of capacity, ' +
		'of its capacity, of the capacity, of the limit, of that, of max, saturation, hotter than, fill level, ' +
		'load to, loaded to',
	size: 'size, length',
	payload: 'payload, pay load, body, json, message size, event size, frame size, protobuf, content',
	oneEvent:
		'per ~ @event, / @event, each ~ @event, every ~ @event, a ~ @event, an ~ @event, one ~ @event, ' +
		'per answer, per response',
	oneUplink: 'per ~ @uplink, / @uplink, a ~ @uplink, an ~ @uplink, one ~ @uplink, each ~ @uplink, every ~ @uplink',
	event: '@event, goal, answer, response',
	uplink: '@uplink, location update, gps position, state input',
	position: 'position, location, gps, coordinate',
	header:
		'header, http header, cookie, http overhead, request overhead, header overhead, ' +
		'request and response header, request header',
	memory: 'memory, ram, heap, footprint, memory footprint, rss, resident, kernel memory, mem',
	cost: 'cost, need, eat, use, consume, budget, weigh, come with, have, has',
	storage:
		'file upload, disk, ssd, storage, log, database, dump, image, video, picture, file, bundle, binary, ' +
		'backup, nvme, index, attachment, swap, egress',
	link:
		'link, nic, uplink, network card, network interface, interface, ethernet, port, bandwidth, line, gbe, ' +
		'network, pipe, link speed',
	traffic: 'traffic, throughput, egress, ingress, push, payload, outbound',
	total:
		'total, overall, aggregate, across, across the cluster, system wide, cluster wide, combined, globally, ' +
		'in all, altogether, in total, whole, sum, ingest',
	request: 'request, req, query, qps, rps, call, http request',
	poll:
		'poll, polling, polled, poller, short poll, short polling, poll interval, polling interval, ask for, ' +
		'asking for',
	refetch: 'asking, refresh, refreshing, refetch, fetch, reload, query, check, checking, ask',
	longPoll: 'long poll, long polling, long polled, comet, hanging get',
	cycle:
		'cycle, cycle time, cycle length, poll cycle, long poll cycle, long polling cycle, re request, ' +
		'come round, reissue, re issue',
	holdRequest:
		'hold for, held for, request held, hold, held, holding, park, parked, hang, hanging, block, blocked, ' +
		'keep open, kept open, held open, hold open, wait, waiting, suspended',
	holdTime:
		'hold time, holding time, hold timeout, hold interval, long poll timeout, long polling timeout, ' +
		'poll timeout, hold duration, max hold, maximum hold, wait time',
	latency: 'latency, network latency, network delay, propagation delay, transit, network time, delay, away',
	network: 'network, wire, hop',
	oneWay: 'one way, oneway, one way latency, one way delay, one way trip',
	roundTrip:
		'rtt, round trip, round trip time, roundtrip, round trip latency, there and back, network rtt, ' + 'ping time',
	pushed: 'push, pushed, pushing',
	goal:
		'nobody, goal, target, slo, sla, budget, must, within, under, below, less than, p99, p95, p50, ' +
		'percentile, no more than, acceptable, require, required, requirement, objective, should, promise, ' +
		'end to end, at worst',
	lag: 'lag, staleness, stale, freshness, average lag, old, late, behind',
	heartbeat:
		'heartbeat, heart beat, keepalive, keep alive, pong, ping pong, ping interval, heartbeat interval, ' +
		'keepalive interval',
	ping: 'ping, pinging, pinged',
	reconnect:
		'failover, fail over, rehome, rebalance, reconnect, reconnection, reconnecting, reconnected, come back, ' +
		'coming back, back off, backoff, thundering herd, stampede, reconnect window, reconnect storm',
	jitter: 'jitter, full jitter, jittered',
	spread: 'spread, spreading, window, smear, staggered, stagger, over, across',
	idle:
		'pong timeout, ping timeout, heartbeat timeout, keepalive timeout, idle, idle timeout, idle time out, ' +
		'timeout, time out, timed out',
	expiry:
		'expire, expiry, ttl, retention, kept, retained, uptime, deploy, deployment, cooldown, maintenance, ' +
		'rate limit, rate limiter, limiter, sliding, cache, cached, age, lifetime, lease, session length, ' +
		'long session, last, warm up, boot, start up, startup',
	interval: 'interval, period, cadence, gap, spacing, frequency',
	rate: 'rate, frequency, event rate, message rate, update rate, tick rate',
	sent: 'sent',
	receive:
		'read, reading, is sent, are sent, receive, receiving, received, get, getting, got, see, push, pushed, ' +
		'pushing, broadcast, fan out, fanned out, fanout, publish, published, delivered, deliver, delivery, ' +
		'emit, stream, streamed, go out, downstream, server to client, change, feed, tick, arrive, come',
	send: 'writing, send, sending, post, posting, write, produce',
	userSends:
		'@user @sendVerb, @device @sendVerb, @user ~ @sendVerb, @device ~ @sendVerb, @user sending, ' + '@device sending',
	serverSends: '@server @sendVerb, @source @sendVerb, @server push, @source push, @server broadcast, @source broadcast',
	upstream:
		'sent by, upstream, uplink, inbound, from client, from each client, from the client, client to server, ' +
		'from each, from every, incoming, from user, from device, client message',
	handshake:
		'handshake, tls handshake, connect attempt, connection attempt, accept rate, connection rate, login, ' +
		'logon, upgrade, connect, reconnect, tls',
	accept: 'accept, accepting, accepted, admit, bear',
	drain: 'drain, draining, drained, drain rate',
	letGo:
		'close, closed, closing, shed, shedding, disconnect, disconnected, evict, evicted, let go, kick, ' +
		'migrate, move, moved, rolling, release, cut',
	average:
		'average, avg, mean, typical, typically, median, usual, usually, on average, normal, normally, off peak, ' +
		'baseline, quiet, at night',
	derived:
		'which mean, that mean, this mean, mean a, mean an, so, i e, ie, that i, make, give, work out, =>, →, ' +
		'->, therefore, hence, come to, result',
	other:
		'cpu, vcpu, core, error, growth, grow, grew, discount, hit rate, loss rate, packet loss, year, month, ' + 'week',
	audience: 'audience',
	useIt: 'use it, use this, use them, log in, logging in, sign in',
	ofThem: 'of them, of those, of these',
	today: 'today, currently, right now, at the moment, at present, so far, this year',
	extreme: 'max, maximum, at most, largest, biggest, worst',
	need: 'need it, need this, affected',
	oftenness: 'once, twice, time',
} as const;

/** What a phrase, or the form of a number, is a sign of. */
export type Sign = keyof typeof signs | FormSign;

/**
 * What the form says: that a number is a part of a count that follows (`2 of the 12 gateways`, `6% of 500k`), that it is
 * such a count, that it is the share of a count already (`100M DAU × 20%`), or that it is a size and a rate side by side
 * (`500 B every 200 ms`).
 */
type FormSign = 'partOfCount' | 'countWithPart' | 'shareOfCount' | 'sizeWithRate';

/**
 * How much a sign says for a meaning (against it, where negative): right after the number (`60k sockets`), as its label
 * right before it (`sockets: 60k`), and elsewhere in the statement, where it counts less the further away it is.
 */
export type Weight = number | readonly [after: number, label: number, near: number];

/** What a number can mean. */
export interface Meaning {
	readonly fact: FactName;
	/** What else it may be than the fact itself; the fact is then worked out from it. */
	readonly as?:
		| 'users'
		| 'connections'
		| 'dailyUsers'
		| 'shareOfUsers'
		| 'utilization'
		| 'roundTrip'
		| 'intervalOfEvents'
		| 'rateOfIntervals';
	readonly dimensions: readonly Dimension[];
	/** Numbers beyond these are meant otherwise. */
	readonly least?: number;
	readonly most?: number;
	/** Sizes that it usually has, and how much one of them says for it. */
	readonly usualLeast?: number;
	readonly usualMost?: number;
	readonly forUsual?: number;
	/** Where it stands as a factor between others of other dimensions (`30,000 × 180 B × 1/s`). */
	readonly asFactor?: number;
	readonly weights: Readonly<Partial<Record<Sign, Weight>>>;
}

const seconds = ['seconds'] as const;
const intervals = ['seconds', 'every'] as const;
const rates = ['perSecond', 'every'] as const;
const peakSigns = {
	online: [3, 3, 2],
	concurrent: [3, 3, 2],
	peak: [2.5, 2.5, 2.2],
	expect: [1, 2, 1],
	total: [3.5, 2.5, 1],
	ofThem: [2.5, 0, 0],
	server: [0, -1.5, -0.5],
	useIt: [3, 1, 1.5],
	audience: [4, 4, 2],
	perServer: -4,
	oneServer: [-1, -3, -2],
	eachServer: -3,
	each: [-2.5, -2, 0],
	limit: [0, -2, -0.5],
	hold: [0, -0.5, 0],
	fail: [0, -0.5, 0],
	daily: [-3, -3, -2],
	perGroup: -6,
	lose: [0, -3, -1],
	perUser: [-3, 0, -1],
	eachUser: [-2, -1, -1],
	derived: [0, -1, 0],
} satisfies Meaning['weights'];

/** Every meaning, each with the signs of it. */
export const meanings: readonly Meaning[] = [
	{
		fact: 'audience',
		as: 'users',
		dimensions: ['count'],
		usualLeast: 50,
		asFactor: 4,
		weights: { ...peakSigns, user: [4, 4, 0.5], device: [3, 3, 0.5], shareOfCount: 8 },
	},
	{
		fact: 'audience',
		as: 'connections',
		dimensions: ['count'],
		usualLeast: 50,
		weights: { ...peakSigns, connection: [4, 4, 0.5], user: [-1, 0, 0] },
	},
	{
		fact: 'audience',
		as: 'dailyUsers',
		dimensions: ['count'],
		weights: { daily: [6, 6, 4], user: [1.5, 1.5, 0], shareOfCount: -8 },
	},
	{
		fact: 'audience',
		as: 'shareOfUsers',
		dimensions: ['share'],
		weights: {
			online: [4, 3, 3],
			concurrent: [4, 3, 3],
			peak: 2,
			user: [3, 1, 0.5],
			daily: [3, 0, 1],
			need: [2, 0, 1],
			partOfCount: 3,
			headroom: -4,
			utilization: -2,
			memory: -4,
			server: -2,
		},
	},
	{
		fact: 'connectionsPerUser',
		dimensions: ['count'],
		most: 1000,
		usualMost: 20,
		weights: {
			perUser: [4, 4, 3],
			online: [1.5, 0, 0],
			eachUser: [3, 3, 2.5],
			each: [2.5, 3, 1],
			tab: [3, 3, 0],
			perTab: -6,
			device: [2.5, 1.5, 0],
			connection: [2, 2, 0],
			user: [0, 1, 0.5],
			perServer: -5,
			oneServer: -3,
			eachServer: -4,
			perGroup: -6,
			ofThem: -6,
			server: [-5, -3, 0],
			fail: -2,
			zone: -6,
		},
	},
	{
		fact: 'connectionsPerServer',
		dimensions: ['count'],
		least: 2,
		usualLeast: 50,
		weights: {
			perServer: [4, 4, 4],
			oneServer: [3, 4, 3],
			eachServer: [3, 4, 3],
			server: [-4, 2.5, 2],
			each: [2.5, 2, 0.5],
			hold: [1, 1.5, 1.5],
			limit: [2, 3, 2],
			connection: [1, 1, 0],
			user: [0.5, 0.5, 0],
			descriptor: -6,
			daily: -5,
			peak: [-2, -2, -1],
			online: [-1, -1, -0.5],
			concurrent: [-0.5, -0.5, 0],
			expect: -1,
			perUser: -4,
			perGroup: -6,
			derived: [0, -4, 0],
		},
	},
	{
		fact: 'servers',
		dimensions: ['count'],
		usualMost: 2000,
		weights: {
			server: [4, 4, 0],
			countWithPart: 5.5,
			partOfCount: -4,
			fleet: [2.5, 3, 0.5],
			fail: [-3, -4, -3],
			spareServer: -4,
			zone: -4,
			useIt: -3,
			perServer: -3,
			connection: -3,
			user: -3,
		},
	},
	{
		fact: 'failuresTolerated',
		dimensions: ['count'],
		least: 0,
		most: 100,
		weights: {
			fail: [4, 4, 3],
			partOfCount: [1, 0, 0],
			countWithPart: -6,
			spareServer: [4, 4, 2],
			server: [1, 0.5, 0],
			oneServer: [1, 0, 0],
			connection: -5,
			user: -5,
			zone: -6,
			perServer: -2,
		},
	},
	{
		fact: 'descriptorsPerServer',
		dimensions: ['count'],
		weights: { descriptor: [6, 6, 4] },
	},
	{
		fact: 'headroom',
		dimensions: ['share'],
		weights: {
			headroom: [4, 4, 3.5],
			reserved: [2.5, 2.5, 2],
			reservedFor: -1,
			server: [1, 1, 0.5],
			eachServer: 1,
			memory: [-4, -3, -3],
			online: -2,
			other: -4,
			user: -2,
		},
	},
	{
		fact: 'headroom',
		as: 'utilization',
		dimensions: ['share'],
		least: 0.05,
		weights: {
			utilization: [4, 4, 3.5],
			goal: [0, 1, 0.5],
			server: [1, 1, 1],
			eachServer: 1,
			oneServer: 1,
			headroom: -4,
			memory: -1,
			reserved: -3,
			reservedFor: -2,
			online: -2,
			other: [0, 0, -1],
			user: -2,
		},
	},
	{
		fact: 'reserve',
		dimensions: ['share'],
		weights: {
			reserved: [1.5, 1.5, 1],
			reservedFor: [3, 3, 2.5],
			memory: [2.5, 2.5, 2],
			headroom: [0.5, 0.5, 0.5],
			other: -3,
		},
	},
	{
		fact: 'payloadBytes',
		dimensions: ['bytes'],
		least: 0,
		most: 1e8,
		asFactor: 4,
		// What is small and counted in bytes is most often a message.
		usualMost: 65_536,
		forUsual: 0.5,
		weights: {
			payload: [4, 4, 3],
			oneEvent: [4, 4, 3],
			oneUplink: [4, 4, 3],
			event: [3.5, 3.5, 3],
			uplink: [3, 3, 2.5],
			position: [2.5, 2.5, 1],
			size: [0, 1.6, 0],
			sizeWithRate: 2.5,
			each: [1.5, 0, 0.5],
			userSends: [0, 1.5, 0.5],
			serverSends: [0, 1.5, 0.5],
			average: [1, 1.2, 0.5],
			receive: [0, 1, 0.5],
			send: [0, 1, 0.5],
			toUsers: 1,
			header: [-6, -6, -3],
			memory: [-4, -4, -3],
			perConnection: -2,
			oneConnection: -2,
			perServer: -4,
			eachServer: -3,
			server: [-3, -1, 0],
			storage: [-6, -6, -3],
		},
	},
	{
		fact: 'headerBytes',
		dimensions: ['bytes'],
		most: 1e7,
		weights: { header: [6, 6, 4], request: [1, 1, 0.5] },
	},
	{
		fact: 'headerBytes',
		// Nobody counts headers by the hundred: `1.4k of headers`.
		dimensions: ['count'],
		least: 100,
		weights: { header: [4, 4, 0] },
	},
	{
		fact: 'memoryPerConnectionBytes',
		dimensions: ['bytes'],
		most: 1e9,
		weights: {
			perConnection: [4, 4, 3.5],
			oneConnection: [4, 4, 3.5],
			perUser: [1.5, 1.5, 1],
			eachUser: [1, 1, 0.5],
			connection: [1, 1.5, 0.5],
			user: [0, 1.5, 0.3],
			each: [1, 0.5, 0.5],
			memory: [1.5, 1.5, 1.5],
			cost: [0.5, 1, 0.5],
			payload: -4,
			event: [-4, -3, -2],
			oneEvent: -4,
			header: -5,
			perServer: -4,
			server: [-4, -2, -1],
			storage: -5,
			send: [0, -2, -1],
			receive: [0, -2, -1],
		},
	},
	{
		fact: 'memoryPerServerBytes',
		dimensions: ['bytes'],
		least: 6.4e7,
		weights: {
			memory: [4, 4, 2.5],
			perServer: [3, 3, 3],
			oneServer: [2, 3, 2.5],
			eachServer: [2, 3, 2.5],
			server: [4, 3, 1.5],
			cost: [0, 1, 0.5],
			perConnection: -4,
			oneConnection: -3,
			storage: [-7, -7, -3],
			link: -3,
		},
	},
	{
		fact: 'linkBitsPerSecond',
		dimensions: ['bitsPerSecond', 'bytesPerSecond'],
		weights: {
			link: [4, 4, 3],
			perServer: [2, 2, 1.5],
			oneServer: [1, 2, 1.5],
			eachServer: [1, 2, 1.5],
			server: [1, 1, 0.5],
			total: -3,
			traffic: [-4, -3, -2],
			derived: [0, -3, 0],
		},
	},
	{
		fact: 'pollIntervalSeconds',
		dimensions: intervals,
		weights: {
			poll: [4, 4, 4],
			refetch: [1, 2, 1.8],
			interval: [0.5, 1, 0.5],
			longPoll: -3,
			cycle: -1,
			heartbeat: -4,
			reconnect: -3,
			lag: [-5, -3, -1],
			latency: -4,
			roundTrip: -5,
			idle: -3,
			expiry: -3,
		},
	},
	{
		fact: 'pollIntervalSeconds',
		as: 'rateOfIntervals',
		dimensions: ['perSecond'],
		most: 20,
		weights: {
			poll: [2, 2, 1.5],
			perUser: [2, 2, 2],
			eachUser: [0, 2, 1.5],
			oftenness: 1.5,
			total: -6,
			event: [-4, -2, 0],
			heartbeat: -4,
			longPoll: -2,
		},
	},
	{
		fact: 'longPollCycleSeconds',
		dimensions: intervals,
		weights: {
			cycle: [5, 5, 4],
			longPoll: [3.5, 3.5, 3],
			interval: 0.5,
			holdTime: -4,
			holdRequest: [-1, -1, -1],
			heartbeat: -4,
			roundTrip: -5,
			latency: -4,
			lag: [-5, -3, -1],
			idle: [-2, -2, -1],
			reconnect: -3,
			event: [0, -2, 0],
		},
	},
	{
		fact: 'longPollHoldSeconds',
		dimensions: seconds,
		weights: {
			holdTime: [6, 6, 4.5],
			holdRequest: [1.5, 1.8, 1.5],
			goal: -2,
			longPoll: [2, 2, 2],
			request: [0.5, 1, 1],
			idle: [0.5, 0.5, 0.5],
			cycle: [-4, -4, 0],
			heartbeat: -4,
			roundTrip: -5,
			latency: -4,
			lag: -3,
			reconnect: -3,
			fail: [0, -1, -1],
			expiry: -2,
		},
	},
	{
		fact: 'networkLatencyMs',
		dimensions: seconds,
		most: 30,
		weights: {
			latency: [4, 4, 3],
			network: [2.5, 2.5, 2.2],
			oneWay: [4, 4, 3],
			pushed: [2.5, 1.5, 1],
			roundTrip: -2,
			goal: [-4, -4, -3],
			lag: [-3, -3, -1],
			heartbeat: -4,
			reconnect: -4,
			poll: [-3, -2, -1],
			longPoll: -2,
			interval: -4,
			idle: -4,
			expiry: -4,
			event: [-1, -1, 0],
		},
	},
	{
		fact: 'networkLatencyMs',
		as: 'roundTrip',
		dimensions: seconds,
		most: 30,
		weights: {
			roundTrip: [6, 6, 4.5],
			latency: [0.5, 0.5, 0.5],
			goal: [-3, -3, -2],
			heartbeat: -4,
			interval: -6,
			idle: -5,
		},
	},
	{
		fact: 'networkLatencyMs',
		as: 'roundTrip',
		dimensions: seconds,
		// A ping of 80 ms is what players call their round trip; a ping each 25 s is a heartbeat.
		most: 0.999,
		weights: { ping: [4, 4, 2.5], interval: -6, idle: -5, goal: [-3, -3, -2], heartbeat: -4 },
	},
	{
		fact: 'heartbeatIntervalSeconds',
		dimensions: intervals,
		least: 1,
		weights: {
			heartbeat: [5, 5, 4],
			ping: [4, 4, 3.5],
			interval: 0.5,
			idle: [-6, -6, -2],
			roundTrip: -5,
			latency: -4,
			longPoll: [0, -1, 0],
			event: [-2, -1, 0],
			uplink: -3,
		},
	},
	{
		fact: 'heartbeatIntervalSeconds',
		as: 'rateOfIntervals',
		dimensions: ['perSecond'],
		most: 2,
		weights: { heartbeat: [5, 5, 4], ping: [4, 4, 3.5], total: -6 },
	},
	{
		fact: 'reconnectWindowSeconds',
		dimensions: seconds,
		weights: {
			reconnect: [4, 4, 3.5],
			jitter: [4, 4, 3],
			spread: [1.5, 1.5, 1],
			fail: [0, 0.5, 0.5],
			idle: -4,
			heartbeat: -4,
			poll: -3,
			longPoll: -3,
			lag: -3,
			latency: [-3, -3, -2],
			roundTrip: -5,
			expiry: -4,
			drain: -3,
		},
	},
	{
		fact: 'eventsPerSecond',
		dimensions: rates,
		asFactor: 4,
		weights: {
			event: [3.5, 3, 2.8],
			oneEvent: [3, 3, 2.8],
			rate: [0.5, 2.5, 1],
			receive: [1.5, 3, 2],
			serverSends: [3, 3, 3],
			toUsers: [2, 1, 1.5],
			perUser: [2, 2, 1.5],
			eachUser: [1, 1, 1],
			sizeWithRate: 2,
			each: [2, 0.5, 0.5],
			position: [1, 1, 1],
			payload: [0.5, 0.5, 0],
			userSends: [0, -4, -3],
			send: [0, -0.5, 0],
			sent: [-1, 0.5, 0],
			upstream: -4,
			uplink: [0, -1, -1],
			oneUplink: [0, -1, -1],
			uplinkVerb: [0, -2, -1],
			total: [-4, -5, -4],
			fleet: [0, -3.5, -1],
			request: [-5, -3, -1],
			handshake: [-6, -6, -3],
			newConnection: -6,
			connection: [-4, -2, 0],
			perServer: [-4, -4, -2],
			heartbeat: [-5, -5, -4],
			ping: [-5, -5, -3],
			poll: [-4, -5, -3],
			longPoll: [-3, -4, -2],
			cycle: -4,
			refetch: [0, -1, 0],
			drain: -6,
			letGo: [-3, -3, -1],
			reconnect: -4,
			storage: -3,
		},
	},
	{
		fact: 'eventsPerSecond',
		as: 'intervalOfEvents',
		dimensions: seconds,
		weights: {
			event: [0, 1.5, 0.5],
			receive: [0, 0.5, 0],
			interval: [1.5, 1.5, 0.5],
			heartbeat: -6,
			ping: -6,
			poll: -6,
			longPoll: -6,
			cycle: -6,
			uplink: -3,
			send: [-1, -2, -1],
			reconnect: -6,
		},
	},
	{
		fact: 'clientMessagesPerSecond',
		dimensions: rates,
		weights: {
			userSends: [3, 5, 4],
			upstream: [4, 4, 3],
			send: [1, 2.5, 1],
			sizeWithRate: 1,
			sent: [2.5, 0, 0.5],
			uplink: [3, 3, 2],
			oneUplink: [3, 3, 2],
			uplinkVerb: [2, 3, 2],
			event: [1.5, 1, 0.5],
			position: [1, 1, 0.5],
			eachUser: [0.5, 1, 1],
			perUser: [1, 1, 0.5],
			each: [0.5, 0, 0],
			receive: [-2, -4, -2],
			serverSends: -6,
			toUsers: -4,
			total: [-6, -5, -4],
			request: [-2, -2, -1],
			handshake: [-6, -6, -3],
			newConnection: -6,
			connection: [-4, -2, 0],
			perServer: -4,
			heartbeat: [-6, -6, -4],
			ping: [-6, -6, -3],
			poll: [-4, -5, -3],
			longPoll: -4,
			drain: -6,
			reconnect: -4,
		},
	},
	{
		fact: 'clientMessagesPerSecond',
		as: 'intervalOfEvents',
		dimensions: seconds,
		weights: {
			uplink: [0, 1.5, 0.5],
			send: [0, 1.5, 0.5],
			upstream: [0, 1.5, 1],
			event: [0, 0.5, 0],
			interval: [1.5, 1.5, 0.5],
			heartbeat: -6,
			ping: -6,
			poll: -6,
			longPoll: -6,
			cycle: -6,
			reconnect: -6,
		},
	},
	{
		fact: 'handshakesPerSecond',
		dimensions: ['perSecond'],
		weights: {
			handshake: [5, 5, 4],
			newConnection: [5, 5, 4],
			accept: [2, 3, 2],
			connection: [1, 0.5, 0],
			perServer: [1, 1, 1],
			reconnect: [2, 2, 1],
			event: [-5, -3, -1],
			drain: [-6, -6, -4],
			letGo: [-4, -4, -3],
			request: -3,
			derived: [0, -2, 0],
		},
	},
	{
		fact: 'drainPerSecond',
		dimensions: ['perSecond'],
		weights: {
			drain: [6, 6, 4],
			letGo: [3, 3, 2],
			connection: [1, 0.5, 0],
			event: [-5, -3, -1],
			handshake: -4,
			newConnection: -5,
		},
	},
];
