import type { FactName } from '../../../../../src/core/sizing/facts';

/** A text as somebody might write it, and all that it tells. */
export interface Phrasing {
	readonly text: string;
	/** Every fact that the text tells, in the fact's unit; two numbers are a range's ends. */
	readonly facts: Readonly<Partial<Record<FactName, number | readonly [number, number]>>>;
	/** The codes of the problems that it has, in order; none where left out. */
	readonly problems?: readonly string[];
	/** Set where it is not read right, with the reason. The test fails when it is read right after all. */
	readonly misread?: string;
}

/** Sentences, messages, lists and tables with numbers that are inputs. */
export const phrasings: readonly Phrasing[] = [
	// Fleet size.
	{
		text: 'a node safely holds 60k sockets, we expect 240,000 users online at peak',
		facts: { connectionsPerServer: 60_000, audience: 240_000 },
	},
	{
		text: 'We expect 240,000 users online at peak. One server can hold 60k connections and we want to survive two failures.',
		facts: { audience: 240_000, connectionsPerServer: 60_000, failuresTolerated: 2 },
	},
	{
		text: 'Peak concurrency is about 1.2M players; each box takes 50,000 sockets; N+2; 20% headroom.',
		facts: { audience: 1_200_000, connectionsPerServer: 50_000, failuresTolerated: 2, headroom: 0.2 },
	},
	{
		text: 'Capacity of 40 000 connections per pod, 300 000 subscribers at once, and we run pods at 70 %.',
		facts: { connectionsPerServer: 40_000, audience: 300_000, headroom: 0.3 },
	},
	{
		text: 'so 80k listeners, and a single instance tops out at 25k. must survive losing one',
		facts: { audience: 80_000, connectionsPerServer: 25_000, failuresTolerated: 1 },
	},
	{
		text: 'Load tests show that an m5.large copes with 35k WebSockets. Launch day: 0.5 million viewers.',
		facts: { connectionsPerServer: 35_000, audience: 500_000 },
	},
	{
		text: 'We have six servers with a limit of 30k sockets each, and any one of them may go down.',
		facts: { servers: 6, connectionsPerServer: 30_000, failuresTolerated: 1 },
	},
	{
		text: '100M DAU × 20% online, at 250k conns/node',
		facts: { audience: 20_000_000, connectionsPerServer: 250_000 },
	},
	{
		text: 'There are 8 million daily active users, of whom roughly 5% are connected at any one time.',
		facts: { audience: 400_000 },
	},
	{
		text: '90k users with 1.5 devices each; a gateway node is good for 45k',
		facts: { audience: 135_000, connectionsPerServer: 45_000 },
	},
	{
		text: 'Each of our 50,000 traders keeps 3 tabs open, one WebSocket per tab.',
		facts: { audience: 150_000 },
	},
	{
		text: 'At peak we see between 200k and 260k concurrent connections; the safe limit is 60k per server.',
		facts: { audience: [200_000, 260_000], connectionsPerServer: 60_000 },
	},
	{
		text: '~150k CCU, max 20k per instance, keep a quarter (25 %) of every instance free',
		facts: { audience: 150_000, connectionsPerServer: 20_000, headroom: 0.25 },
	},
	{
		text: 'How many boxes do we need for 75,000 simultaneous sessions if every box handles 12,500 and two of them can fail?',
		facts: { audience: 75_000, connectionsPerServer: 12_500, failuresTolerated: 2 },
	},
	{
		text: 'We serve 12k drivers and 30k riders at the same time? No: 42k devices in total at peak, 15k per machine.',
		facts: { audience: 42_000, connectionsPerServer: 15_000 },
	},
	{
		text: 'Twelve replicas, headroom 20–30 %, 480,000 sockets at the busiest minute.',
		facts: { servers: 12, headroom: [0.2, 0.3], audience: 480_000 },
	},
	{
		text: 'The cluster must tolerate the loss of 1 node. Nodes accept up to 65k clients. Projected audience: 400k.',
		facts: { failuresTolerated: 1, connectionsPerServer: 65_000, audience: 400_000 },
	},
	{
		text: 'Sizing is for 2 million connected set-top boxes, with 100,000 connections on each VM, leaving 30% spare.',
		facts: { audience: 2_000_000, connectionsPerServer: 100_000, headroom: 0.3 },
	},
	// Lists, key-value lines and tables.
	{
		text: '- peak users: 240k\n- per server: 60k connections\n- failures to survive: 1\n- headroom: 20%',
		facts: { audience: 240_000, connectionsPerServer: 60_000, failuresTolerated: 1, headroom: 0.2 },
	},
	{
		text: '| Parameter | Value |\n|---|---|\n| Concurrent viewers | 10,000 |\n| Payload | 220 B |\n| Rate | 1/s |',
		facts: { audience: 10_000, payloadBytes: 220, eventsPerSecond: 1 },
	},
	{
		text: '| Node type | Max connections per node | RAM per node |\n|---|---:|---:|\n| c6g.xlarge | 50k | 8 GiB |',
		facts: { connectionsPerServer: 50_000, memoryPerServerBytes: 8 * 1024 ** 3 },
	},
	{
		text: 'payloadBytes: 512\nevents_per_second: 2\nclients: 40000',
		facts: { payloadBytes: 512, eventsPerSecond: 2, audience: 40_000 },
	},
	{
		text: '| metric | today |\n| --- | --- |\n| online users | 18,500 |\n| heartbeat interval (s) | 25 |\n| message size (bytes) | 340 |',
		facts: { audience: 18_500, heartbeatIntervalSeconds: 25, payloadBytes: 340 },
	},
	{
		text: 'Per node:\n\n* 64 GB of RAM\n* 80k connections\n* 500 new connections per second\n* 10 Gbit/s NIC',
		facts: {
			memoryPerServerBytes: 64e9,
			connectionsPerServer: 80_000,
			handshakesPerSecond: 500,
			linkBitsPerSecond: 10e9,
		},
	},
	{
		text: '1. Audience: 1.5 million devices\n2. Report interval: every device sends a reading every 30 s\n3. Reading: 180 bytes',
		facts: { audience: 1_500_000, clientMessagesPerSecond: 1 / 30, payloadBytes: 180 },
	},
	{
		text: 'Servers          6\nPeak sockets     180,000\nReconnect window 30 s\nHandshake rate   400/s per server',
		facts: { servers: 6, audience: 180_000, reconnectWindowSeconds: 30, handshakesPerSecond: 400 },
	},
	{
		text: '**Assumptions**\n\n- **Clients:** 20,000\n- **Long-poll cycle:** 25 s\n- **Headers:** 900 B per request',
		facts: { audience: 20_000, longPollCycleSeconds: 25, headerBytes: 900 },
	},
	// Push traffic.
	{
		text: '10,000 viewers × 220 B × 1/s',
		facts: { audience: 10_000, payloadBytes: 220, eventsPerSecond: 1 },
	},
	{
		text: '30,000 × 180 B × 1/s',
		facts: { audience: 30_000, payloadBytes: 180, eventsPerSecond: 1 },
	},
	{
		text: 'The dashboard pushes one 2 KB update every 5 seconds to 4,500 open browsers.',
		facts: { payloadBytes: 2000, eventsPerSecond: 0.2, audience: 4500 },
	},
	{
		text: 'Every subscriber gets 4 msg/s of 1 KiB; we have 25k subscribers.',
		facts: { eventsPerSecond: 4, payloadBytes: 1024, audience: 25_000 },
	},
	{
		text: 'Market data: 30 quotes per second, 96 bytes per quote, fanned out to 8,000 terminals',
		facts: { eventsPerSecond: 30, payloadBytes: 96, audience: 8000 },
	},
	{
		text: 'Game state goes out at 20 Hz to each player, snapshots of about 350 bytes, 100k players online',
		facts: { eventsPerSecond: 20, payloadBytes: 350, audience: 100_000 },
	},
	{
		text: 'Positions are broadcast once per second to 3,000 dispatchers; a position message weighs 140 bytes.',
		facts: { eventsPerSecond: 1, audience: 3000, payloadBytes: 140 },
	},
	{
		text: 'Tokens stream at 30–50 tokens/s to 2,000 concurrent chats, each token event being some 60 bytes.',
		facts: { eventsPerSecond: [30, 50], audience: 2000, payloadBytes: 60 },
	},
	{
		text: 'A typical notification is 300 B and a user receives 12 per hour. 6M devices are connected.',
		facts: { payloadBytes: 300, eventsPerSecond: 12 / 3600, audience: 6_000_000 },
	},
	{
		text: 'Up to 15,000 people follow the match live; scores change about 2 times a minute, 150 bytes of JSON each.',
		facts: { audience: 15_000, eventsPerSecond: 2 / 60, payloadBytes: 150 },
	},
	{
		text: '1 message every 10 seconds, 220 bytes on average, for 50k clients',
		facts: { eventsPerSecond: 0.1, payloadBytes: 220, audience: 50_000 },
	},
	{
		text: 'payload 1.2KB, headers 700 bytes, 3 events per minute, 9k users',
		facts: { payloadBytes: 1200, headerBytes: 700, eventsPerSecond: 0.05, audience: 9000 },
	},
	{
		text: 'the feed ticks 5x per second; 64-byte ticks; 1,200 desks watching',
		facts: { eventsPerSecond: 5, payloadBytes: 64, audience: 1200 },
	},
	{
		text: 'We broadcast each goal (about 400 bytes) to two million phones; each box has a 25 Gbps uplink.',
		facts: { payloadBytes: 400, audience: 2_000_000, linkBitsPerSecond: 25e9 },
	},
	// Polling and long polling.
	{
		text: 'Clients poll each 5 s; the network adds 80 ms.',
		facts: { pollIntervalSeconds: 5, networkLatencyMs: 80 },
	},
	{
		text: '20,000 clients, 25 s cycle',
		facts: { audience: 20_000, longPollCycleSeconds: 25 },
	},
	{
		text: '30,000 users on long polling with a 30 s cycle, 180 B per answer',
		facts: { audience: 30_000, longPollCycleSeconds: 30, payloadBytes: 180 },
	},
	{
		text: 'Long poll requests are held for at most 55 seconds, then answered empty; 12k clients; 850 bytes of headers each.',
		facts: { longPollHoldSeconds: 55, audience: 12_000, headerBytes: 850 },
	},
	{
		text: 'Today the app refreshes by polling every 15 seconds (5,000 sessions, RTT 120 ms).',
		facts: { pollIntervalSeconds: 15, audience: 5000, networkLatencyMs: 60 },
	},
	{
		text: 'Should we poll once per second? There are 700 screens, and an update comes every 20 s or so.',
		facts: { pollIntervalSeconds: 1, audience: 700, eventsPerSecond: 0.05 },
	},
	{
		text: 'The server parks each long-poll request until there is news or 20 s have passed. One-way latency: 40ms.',
		facts: { longPollHoldSeconds: 20, networkLatencyMs: 40 },
	},
	{
		text: 'polling interval = 10s, request + response headers = 1.1 kB, 33k polling clients',
		facts: { pollIntervalSeconds: 10, headerBytes: 1100, audience: 33_000 },
	},
	{
		text: 'At the moment the job page asks for progress every two seconds; 300 people have it open.',
		facts: { pollIntervalSeconds: 2, audience: 300 },
	},
	{
		text: 'Long-polling fallback: hold time 25s, round trip 90 ms, 1.4k of headers per cycle, 6% of 500k users need it.',
		facts: { longPollHoldSeconds: 25, networkLatencyMs: 45, headerBytes: 1400, audience: 30_000 },
	},
	{
		text: 'Polling at 12 requests per minute per client means an interval of 5 s, i.e. 2.5 s of average staleness.',
		facts: { pollIntervalSeconds: 5 },
	},
	{
		text: 'Polling each 5 s means 2.5 s average staleness, against 80 ms pushed.',
		facts: { pollIntervalSeconds: 5, networkLatencyMs: 80 },
	},
	{
		text: '30,000 × 180 B × 1/s; as long polling with a 30 s cycle',
		facts: { audience: 30_000, payloadBytes: 180, eventsPerSecond: 1, longPollCycleSeconds: 30 },
	},
	{
		text: '100M DAU x 20%, a 30 s window, 4,000 msg/s total across the cluster',
		facts: { audience: 20_000_000 },
	},
	// Heartbeats.
	{
		text: 'Heartbeats go out every 25 s over 240,000 connections.',
		facts: { heartbeatIntervalSeconds: 25, audience: 240_000 },
	},
	{
		text: 'we ping each of the 100k sockets twice a minute',
		facts: { audience: 100_000, heartbeatIntervalSeconds: 30 },
	},
	{
		text: 'pingInterval is 25000 ms with Socket.IO, 35k clients, the ALB cuts idle connections after 60 s',
		facts: { heartbeatIntervalSeconds: 25, audience: 35_000 },
	},
	{
		text: 'Keep-alive comment on the event stream: each 15 seconds. Streams open: 8,200.',
		facts: { heartbeatIntervalSeconds: 15, audience: 8200 },
	},
	{
		text: 'Sensors (400k of them) send a keepalive once every 2 minutes and a 90-byte measurement every 10 min',
		facts: {
			audience: 400_000,
			heartbeatIntervalSeconds: 120,
			payloadBytes: 90,
			clientMessagesPerSecond: 1 / 600,
		},
	},
	// What one server bears.
	{
		text: 'Each connection costs 20 KiB, a node has 16 GiB of memory and ulimit -n is 65536.',
		facts: {
			memoryPerConnectionBytes: 20 * 1024,
			memoryPerServerBytes: 16 * 1024 ** 3,
			descriptorsPerServer: 65_536,
		},
	},
	{
		text: '32 GB boxes, 30 KB per socket, 25% of the memory kept for the OS',
		facts: { memoryPerServerBytes: 32e9, memoryPerConnectionBytes: 30_000, reserve: 0.25 },
	},
	{
		text: 'Our pods have 4 GiB and 200k file descriptors; an idle WebSocket takes about 11 KB of heap.',
		facts: { memoryPerServerBytes: 4 * 1024 ** 3, descriptorsPerServer: 200_000, memoryPerConnectionBytes: 11_000 },
	},
	{
		text: 'ulimit -n 1048576, 1 Gbit/s link per host, 5 events/s per client of 400 bytes each',
		facts: { descriptorsPerServer: 1_048_576, linkBitsPerSecond: 1e9, eventsPerSecond: 5, payloadBytes: 400 },
	},
	{
		text: 'memory footprint is 35 kB a connection; instances come with 8 GB RAM; nofile = 100000',
		facts: { memoryPerConnectionBytes: 35_000, memoryPerServerBytes: 8e9, descriptorsPerServer: 100_000 },
	},
	{
		text: 'With TLS, budget 45 KB of RAM per client; the machine has 128GB, of which 30 % stay reserved for other processes',
		facts: { memoryPerConnectionBytes: 45_000, memoryPerServerBytes: 128e9, reserve: 0.3 },
	},
	{
		text: 'Network card: 10GbE, i.e. 10 Gbps; descriptors: 64k',
		facts: { linkBitsPerSecond: 10e9, descriptorsPerServer: 64_000 },
	},
	// Restarts.
	{
		text: 'When one of the 5 servers restarts, its clients reconnect within 20 s; a server bears 300 handshakes/s; 200k connected at peak.',
		facts: { servers: 5, reconnectWindowSeconds: 20, handshakesPerSecond: 300, audience: 200_000 },
	},
	{
		text: 'Reconnects are spread over a 60 second window with full jitter. We have 4 nodes and 120k sockets.',
		facts: { reconnectWindowSeconds: 60, servers: 4, audience: 120_000 },
	},
	{
		text: 'Each gateway accepts at most 1,000 new TLS connections per second.',
		facts: { handshakesPerSecond: 1000 },
	},
	{
		text: 'drain 100 connections per second from each of the 10 nodes, 400,000 connections altogether',
		facts: { drainPerSecond: 100, servers: 10, audience: 400_000 },
	},
	{
		text: 'Rolling deploy: 3 pods, 45k users, connections are closed at 50/s while draining.',
		facts: { servers: 3, audience: 45_000, drainPerSecond: 50 },
	},
	{
		text: 'After a crash all 60k clients come back with a jitter of 0–30 s; we can terminate 800 TLS handshakes a second per proxy',
		facts: { audience: 60_000, reconnectWindowSeconds: [0, 30], handshakesPerSecond: 800 },
	},
	{
		text: 'Backoff spreads the thundering herd across 2 minutes.',
		facts: { reconnectWindowSeconds: 120 },
	},
	// Both directions.
	{
		text: 'Chat: each user sends 4 messages per minute and receives 2 msg/s, avg 250 bytes, 80k users concurrently.',
		facts: { clientMessagesPerSecond: 4 / 60, eventsPerSecond: 2, payloadBytes: 250, audience: 80_000 },
	},
	{
		text: 'Players send 30 input packets/s and get 15 state updates/s of 500 bytes.',
		facts: { clientMessagesPerSecond: 30, eventsPerSecond: 15, payloadBytes: 500 },
	},
	{
		text: 'Drivers report their position every 4 s, 12,000 drivers on shift at rush hour.',
		facts: { clientMessagesPerSecond: 0.25, audience: 12_000 },
	},
	{
		text: 'Collaborative editor: 5 editors per document, a keystroke message from each at 3/s, 10k editors online.',
		facts: { clientMessagesPerSecond: 3, audience: 10_000 },
	},
	{
		text: 'The cluster handles 4,000 msg/s total; a viewer sees 2 updates per second.',
		facts: { eventsPerSecond: 2 },
	},
	// Words first, numbers later; and the other way round.
	{
		text: 'Sixty thousand is too optimistic; take 48,000 as what one node can safely hold.',
		facts: { connectionsPerServer: 48_000 },
	},
	{
		text: 'The number of people online at the same moment peaks at 88,000.',
		facts: { audience: 88_000 },
	},
	{
		text: 'Of payload there are 640 bytes in each event.',
		facts: { payloadBytes: 640 },
	},
	{
		text: 'Network round-trip time sits at 60 ms.',
		facts: { networkLatencyMs: 30 },
	},
	{
		text: 'What limits a box is 28,000 connections, and 168,000 is the number of clients which we must carry.',
		facts: { connectionsPerServer: 28_000, audience: 168_000 },
	},
	{
		text: 'No server should be more than 75% full, and we plan for one server being down.',
		facts: { headroom: 0.25, failuresTolerated: 1 },
	},
	{
		text: 'Target utilisation: 65 %',
		facts: { headroom: 0.35 },
	},
	{
		text: '3 × 80k sockets at peak (three regions), 40k a box, N+1 please',
		facts: { audience: 240_000, connectionsPerServer: 40_000, failuresTolerated: 1 },
	},
	// Average and peak; the same number twice; two numbers at odds.
	{
		text: '80k users on average, 200k at peak.',
		facts: { audience: 200_000 },
	},
	{
		text: 'We plan for 240k users. These 240,000 users have one socket each, and a node holds 60k.',
		facts: { audience: 240_000, connectionsPerServer: 60_000 },
	},
	{
		text: 'Events are 220 bytes. Further down the schema says that an event payload has 300 bytes.',
		facts: {},
		problems: ['contradiction'],
	},
	{
		text: '240k users online, each with 2 connections, which makes 480k sockets; 60k sockets per node',
		facts: { audience: 480_000, connectionsPerServer: 60_000 },
	},
	{
		text: 'p99 lag must stay under 200 ms; network latency is 35 ms; updates every 500 ms',
		facts: { networkLatencyMs: 35, eventsPerSecond: 2 },
	},
	{
		text: 'In 2024 we ran v2.3 on 4 nodes (8 vCPUs, $0.34 an hour); each held 22k sockets without trouble.',
		facts: { servers: 4, connectionsPerServer: 22_000 },
	},
	{
		text: 'hey, quick one: ppl online ~ 12k, msgs ~ 150B, 1 per sec each. sse ok?',
		facts: { audience: 12_000, payloadBytes: 150, eventsPerSecond: 1 },
	},
	{
		text: 'We anticipate no fewer than 35,000 attendees joining the webinar, each of whom shall receive one slide event per 45 seconds.',
		facts: { audience: 35_000, eventsPerSecond: 1 / 45 },
	},
	{
		text: 'connections: 90k (peak), nodes: 4, loss of a node: 1 at a time',
		facts: { audience: 90_000, servers: 4, failuresTolerated: 1 },
	},
	{
		text: 'Smart meters: 3.2 million, reporting every 15 min, 60 bytes a reading. MQTT broker limit: 500k sessions/broker.',
		facts: {
			audience: 3_200_000,
			clientMessagesPerSecond: 1 / 900,
			payloadBytes: 60,
			connectionsPerServer: 500_000,
		},
	},
	// Other hands: decision records, interviews, tickets, configuration, exams, auctions.
	{
		text: 'ADR-017: Decision drivers: up to 50 000 concurrent sessions (contractual), nodes validated to 20 000 sessions under soak, loss of any single node must be invisible.',
		facts: { audience: 50_000, connectionsPerServer: 20_000, failuresTolerated: 1 },
	},
	{
		text: 'fwiw our envoy boxes start sweating around 70k conns, and prod hit 310k last Black Friday',
		facts: { connectionsPerServer: 70_000, audience: 310_000 },
	},
	{
		text: 'The interviewer asked: design a chat for 10 million concurrent users where one machine handles 100k WebSocket connections.',
		facts: { audience: 10_000_000, connectionsPerServer: 100_000 },
	},
	{
		text: 'Dear team, the customer has confirmed 18,000 seats, all of which will be logged in during trading hours, receiving roughly 8 price updates per second of ca. 120 bytes.',
		facts: { audience: 18_000, eventsPerSecond: 8, payloadBytes: 120 },
	},
	{
		text: '// every WS frame is ~300 bytes; 2 frames/s; expect 7500 dashboards open on the wallboards',
		facts: { payloadBytes: 300, eventsPerSecond: 2, audience: 7500 },
	},
	{
		text: 'max_connections_per_pod = 30000\nreplicas = 5\nheartbeat_interval = 20s\nreconnect_jitter = 45s',
		facts: { connectionsPerServer: 30_000, servers: 5, heartbeatIntervalSeconds: 20, reconnectWindowSeconds: 45 },
	},
	{
		text: 'With long polling, the server answers after 28 s if nothing happened; request plus response headers come to about 1,150 bytes; there are 9,000 clients.',
		facts: { longPollHoldSeconds: 28, headerBytes: 1150, audience: 9000 },
	},
	{
		text: 'Every kiosk (2,300 in all) asks the backend for new orders at intervals of 3 seconds.',
		facts: { audience: 2300, pollIntervalSeconds: 3 },
	},
	{
		text: 'Ride-hailing: 60k drivers on the road at peak, each uploads a GPS fix of 75 bytes every 2 s.',
		facts: { audience: 60_000, payloadBytes: 75, clientMessagesPerSecond: 0.5 },
	},
	{
		text: 'If we lose a box, the remaining ones get all its clients within 15 seconds; each box can do 250 TLS handshakes/s, there are eight boxes and 160k clients.',
		facts: {
			reconnectWindowSeconds: 15,
			handshakesPerSecond: 250,
			servers: 8,
			audience: 160_000,
			failuresTolerated: 1,
		},
		misread: 'what moves to other servers within a time is not seen to reconnect, nor `a box` to be one server',
	},
	{
		text: 'RAM: 32 KiB/conn. Host RAM: 64 GiB. nofile: 250k. Keep 20 % of RAM for the kernel.',
		facts: {
			memoryPerConnectionBytes: 32768,
			memoryPerServerBytes: 64 * 1024 ** 3,
			descriptorsPerServer: 250_000,
			reserve: 0.2,
		},
	},
	{
		text: '| Quantity | Value | Source |\n|---|---|---|\n| Subscribers online at peak | 85,000 | analytics |\n| Safe connections per broker | 40,000 | load test |\n| Broker failures to survive | 2 | SRE |\n| Headroom | 15 % | SRE |',
		facts: { audience: 85_000, connectionsPerServer: 40_000, failuresTolerated: 2, headroom: 0.15 },
	},
	{
		text: 'LLM gateway: 1,500 chats streaming at any moment, 40 tokens a second per chat, each SSE event about 95 bytes with framing.',
		facts: { audience: 1500, eventsPerSecond: 40, payloadBytes: 95 },
	},
	{
		text: 'Ping every 20s, pong timeout 10s, approx 500,000 devices connected.',
		facts: { heartbeatIntervalSeconds: 20, audience: 500_000 },
	},
	{
		text: 'We drain nodes at 200 connections/s so that a node with 40k sockets is empty after 200 s.',
		facts: { drainPerSecond: 200, connectionsPerServer: 40_000 },
	},
	{ text: 'Clients: 4M installs, 12% of them online during the evening.', facts: { audience: 480_000 } },
	{ text: 'Do not fill a server beyond 80%.', facts: { headroom: 0.2 } },
	{
		text: 'Our users typically have the app open in 2 tabs and on a phone; call it 3 sockets per person, 22k people.',
		facts: { audience: 66_000 },
	},
	{
		text: 'Leaderboard: 5 Hz × 1.5 KB × 40k gamers',
		facts: { eventsPerSecond: 5, payloadBytes: 1500, audience: 40_000 },
	},
	{
		text: 'Between the data centre and the clients we measured a mean RTT of 110 ms; polling happens every 10 s.',
		facts: { networkLatencyMs: 55, pollIntervalSeconds: 10 },
	},
	{
		text: 'N+2 redundancy is required, the fleet is currently 9 instances behind a 10 Gbps NIC each.',
		facts: { failuresTolerated: 2, servers: 9, linkBitsPerSecond: 10e9 },
	},
	{
		text: 'Auction: bids arrive at 3/s and are fanned out to 12,500 bidders as 180-byte messages.',
		facts: { eventsPerSecond: 3, audience: 12_500, payloadBytes: 180 },
	},
	{
		text: 'A gateway instance is OK up to 55 thousand open sockets; at the World Cup final we had 1.1 million fans connected.',
		facts: { connectionsPerServer: 55_000, audience: 1_100_000 },
	},
	{
		text: 'Whiteboard: 20 cursors/s sent by each participant, 64 B each, at most 6,000 participants at the same time.',
		facts: { clientMessagesPerSecond: 20, payloadBytes: 64, audience: 6000 },
	},
	{
		text: 'Scoreboard clients refresh by polling: interval 30 s, 60,000 of them, 1 KB of request and response headers, a change every 2 minutes.',
		facts: { pollIntervalSeconds: 30, audience: 60_000, headerBytes: 1000, eventsPerSecond: 1 / 120 },
	},
	// Terse, indirect and ambiguous ones.
	{
		text: 'Q: can three 16-GB VMs carry 100k SSE clients at 40 KB apiece?',
		facts: { servers: 3, memoryPerServerBytes: 16e9, audience: 100_000, memoryPerConnectionBytes: 40_000 },
	},
	{
		text: 'Customer says 35k branches, each with two tills connected permanently.',
		facts: { audience: 70_000 },
		misread: 'neither branches nor tills are known to be users or connections',
	},
	{
		text: 'Broadcast rate 12 msgs/sec, avg msg 0.8 kB, recipients 64k.',
		facts: { eventsPerSecond: 12, payloadBytes: 800, audience: 64_000 },
	},
	{
		text: 'Long poll: hold 50s; 1 event per client per 5 min; header overhead 1.6KB round-trip; audience 15k',
		facts: { longPollHoldSeconds: 50, eventsPerSecond: 1 / 300, headerBytes: 1600, audience: 15_000 },
	},
	{
		text: 'Nobody should wait more than 2 s for a quote, so the page polls every second. 4,000 brokers use it.',
		facts: { pollIntervalSeconds: 1, audience: 4000 },
	},
	{
		text: '| | value |\n|---|---|\n| peak CCU | 1.8M |\n| conns/box | 150k |\n| box failures tolerated | 3 |\n| target utilization | 80% |',
		facts: { audience: 1_800_000, connectionsPerServer: 150_000, failuresTolerated: 3, headroom: 0.2 },
	},
	{
		text: 'Presence pings go out every half minute to 5.5 million handsets.',
		facts: { heartbeatIntervalSeconds: 30, audience: 5_500_000 },
	},
	{
		text: 'We never put more than 18,000 players on a shard, and the alpha had 130,000 players in the evening.',
		facts: { connectionsPerServer: 18_000, audience: 130_000 },
	},
	{
		text: 'After a deploy, every client reconnects at a random moment within the next 90 seconds. The LB accepts 2,000 new connections/s.',
		facts: { reconnectWindowSeconds: 90, handshakesPerSecond: 2000 },
	},
	{
		text: 'The tracker in each truck emits a 110 byte position once every 15 seconds; the fleet has 8,400 trucks.',
		facts: { payloadBytes: 110, clientMessagesPerSecond: 1 / 15, audience: 8400 },
	},
	{
		text: 'Subscribers: 45k. Event size: 1.5 KiB. Frequency: 1 per 3 s.',
		facts: { audience: 45_000, payloadBytes: 1536, eventsPerSecond: 1 / 3 },
	},
	{
		text: 'idle cost per socket ~14 KB, 8 GB per pod, and we use at most 75% of a pod',
		facts: { memoryPerConnectionBytes: 14_000, memoryPerServerBytes: 8e9, headroom: 0.25 },
	},
	{ text: 'Latency budget: 150 ms end to end. Network: 25 ms one way.', facts: { networkLatencyMs: 25 } },
	{
		text: 'Online exam platform: 22,000 pupils at the same time; answers are autosaved every 20 s (2 KB each).',
		facts: { audience: 22_000, payloadBytes: 2000, clientMessagesPerSecond: 0.05 },
	},
	{
		text: 'One broker was benchmarked at 90k subscribers. Peak load will be 500k subscribers. Plan for n+1.',
		facts: { connectionsPerServer: 90_000, audience: 500_000, failuresTolerated: 1 },
	},
	{
		text: 'A NIC of 25 Gbit/s per machine, 200k sockets per machine, 10 events/s each, 350 B per event.',
		facts: { linkBitsPerSecond: 25e9, connectionsPerServer: 200_000, eventsPerSecond: 10, payloadBytes: 350 },
	},
	{
		text: 'Stock ticker with 600 symbols; a client follows 20 of them and sees 5 updates/s in total, 48 bytes each; 9k clients.',
		facts: { eventsPerSecond: 5, payloadBytes: 48, audience: 9000 },
	},
	{
		text: 'Keep 30% in reserve on every node; nodes are good for 20k connections; 90k users.',
		facts: { headroom: 0.3, connectionsPerServer: 20_000, audience: 90_000 },
	},
	{
		text: 'The ops team drains 1,500 connections per minute from a node before it is replaced; there are 7 nodes.',
		facts: { drainPerSecond: 25, servers: 7 },
	},
	{
		text: 'Voting: during the show 3M phones are connected, the app sends one vote (40 bytes) per minute.',
		facts: { audience: 3_000_000, payloadBytes: 40, clientMessagesPerSecond: 1 / 60 },
		misread: 'the size in brackets parts the vote from its `per minute`',
	},
	{
		text: 'progress events: 2 per second, ~90 B, 1.2k jobs watched at once',
		facts: { eventsPerSecond: 2, payloadBytes: 90, audience: 1200 },
	},
	{
		text: 'With 4 nodes at 50k each we survive the failure of one.',
		facts: { servers: 4, connectionsPerServer: 50_000, failuresTolerated: 1 },
	},
	{
		text: 'Long-poll clients re-request every 25 seconds, there are 20,000 of them, and each request carries 900 bytes of headers',
		facts: { longPollCycleSeconds: 25, audience: 20_000, headerBytes: 900 },
	},
	{
		text: 'The worst hour sees 62,500 concurrent streams. A stream needs 25 kB. Instances have 4 GB.',
		facts: { audience: 62_500, memoryPerConnectionBytes: 25_000, memoryPerServerBytes: 4e9 },
	},
	{
		text: 'Heartbeat: 15 s. Nodes: 10. Connections per node: 30,000. Reconnect spread: 1 min. Accept rate: 600/s.',
		facts: {
			heartbeatIntervalSeconds: 15,
			servers: 10,
			connectionsPerServer: 30_000,
			reconnectWindowSeconds: 60,
			handshakesPerSecond: 600,
		},
	},
	{
		text: 'Set worker_rlimit_nofile to 200000; nginx needs two descriptors per proxied connection.',
		facts: { descriptorsPerServer: 200_000 },
	},
	{
		text: 'About 40% of our 1.2 million registered members are signed in on match days.',
		facts: { audience: 480_000 },
	},
	{ text: 'It is OK if 2 of the 12 gateways are down.', facts: { failuresTolerated: 2, servers: 12 } },
	{
		text: 'Twitch-like chat: each viewer reads 6 messages/s and writes 0.01 messages/s, 200 B per message, 50k viewers',
		facts: { eventsPerSecond: 6, clientMessagesPerSecond: 0.01, payloadBytes: 200, audience: 50_000 },
	},
	// As people ask for a size.
	{
		text: 'We are sizing the notification hub. At peak 350,000 browsers keep an SSE stream open. An instance was stable with 45,000 streams in the load test. Two instances may be down at any time. We want 25% headroom.',
		facts: { audience: 350_000, connectionsPerServer: 45_000, failuresTolerated: 2, headroom: 0.25 },
	},
	{
		text: 'The dashboard has 1,200 viewers. It gets an update of about 4 KB every 2 seconds.',
		facts: { audience: 1200, payloadBytes: 4000, eventsPerSecond: 0.5 },
	},
	{
		text: 'Average message 180 bytes, 25 messages per second, 60,000 subscribers.',
		facts: { payloadBytes: 180, eventsPerSecond: 25, audience: 60_000 },
	},
	{
		text: '- Users at peak: ~500k\n- Each user: 1.2 connections\n- One node: 80k connections max\n- Nodes we can lose: 1',
		facts: { audience: 600_000, connectionsPerServer: 80_000, failuresTolerated: 1 },
	},
	{
		text: 'If all 300,000 clients reconnect within 30 seconds, each of the 10 servers has to accept 1,000 handshakes per second.',
		facts: { audience: 300_000, reconnectWindowSeconds: 30, servers: 10, handshakesPerSecond: 1000 },
	},
	{
		text: 'A WebSocket costs us about 20 KB of memory; the pods have 2 GiB.',
		facts: { memoryPerConnectionBytes: 20_000, memoryPerServerBytes: 2 * 1024 ** 3 },
	},
	{
		text: 'Clients send a ping every 30 s. There are 1M of them.',
		facts: { heartbeatIntervalSeconds: 30, audience: 1_000_000 },
	},
	{
		text: 'Polling every 10 seconds by 50k clients; on average there is a new event every minute.',
		facts: { pollIntervalSeconds: 10, audience: 50_000, eventsPerSecond: 1 / 60 },
	},
	{
		text: 'Live auction with up to 8k bidders online, 2 bids/s at most, 160 B each',
		facts: { audience: 8000, eventsPerSecond: 2, payloadBytes: 160 },
	},
	{
		text: 'How much bandwidth do 15k players at 30 updates/s and 90 bytes per update take on a 10 Gbit/s link?',
		facts: { audience: 15_000, eventsPerSecond: 30, payloadBytes: 90, linkBitsPerSecond: 10e9 },
	},
	{
		text: 'The long-poll timeout is 30 seconds, headers are 800 bytes, RTT 50 ms.',
		facts: { longPollHoldSeconds: 30, headerBytes: 800, networkLatencyMs: 25 },
	},
	{
		text: 'Drivers publish their location 4 times a minute (150 bytes), dispatchers see every update.',
		facts: { clientMessagesPerSecond: 4 / 60, payloadBytes: 150 },
	},
	{
		text: 'Capacity plan 2025: 120k concurrent sessions, 30k sessions per server, N+1.',
		facts: { audience: 120_000, connectionsPerServer: 30_000, failuresTolerated: 1 },
	},
	{
		text: 'We can move at most 300 connections per second off a node when draining, and there are 6 nodes with 50k connections each.',
		facts: { drainPerSecond: 300, servers: 6, connectionsPerServer: 50_000 },
	},
	{ text: 'Each tenant has around 400 agents logged in; we host 250 tenants.', facts: {} },
	{ text: 'DAU is 3M, peak concurrency about 8%.', facts: { audience: 240_000 } },
	{
		text: 'Open sockets: 95,000. ulimit: 131072. Memory/socket: 18 kB. Memory/server: 8 GB.',
		facts: {
			audience: 95_000,
			descriptorsPerServer: 131_072,
			memoryPerConnectionBytes: 18_000,
			memoryPerServerBytes: 8e9,
		},
	},
	{
		text: 'Mobile clients: 2 million, one connection each. A gateway carries 250k.',
		facts: { audience: 2_000_000, connectionsPerServer: 250_000 },
	},
	{
		text: 'The build dashboard polls Jenkins each 15 s from 40 wall screens',
		facts: { pollIntervalSeconds: 15, audience: 40 },
	},
	{
		text: 'Prices change 50 times per second; a tick is 64 bytes; 2,500 terminals are subscribed',
		facts: { eventsPerSecond: 50, payloadBytes: 64, audience: 2500 },
	},
	{
		text: 'Keepalives: every 45 seconds, because the load balancer drops idle connections after 60 seconds.',
		facts: { heartbeatIntervalSeconds: 45 },
	},
	{
		text: 'Servers should stay below 65% so that 2 out of 8 can be lost.',
		facts: { headroom: 0.35, failuresTolerated: 2, servers: 8 },
	},
	{
		text: '10k clients, long polling, cycle 20 s, 1 KB headers',
		facts: { audience: 10_000, longPollCycleSeconds: 20, headerBytes: 1000 },
	},
	{
		text: 'Round trip to the edge is about 40 ms; clients poll once every 3 s.',
		facts: { networkLatencyMs: 20, pollIntervalSeconds: 3 },
	},
	{
		text: 'Each participant opens two WebSockets (chat and video signalling); 18,000 participants.',
		facts: { audience: 36_000 },
	},
	{
		text: 'Assume 2.5 messages per user per minute sent, and 20 received per minute, 300 bytes average.',
		facts: { clientMessagesPerSecond: 2.5 / 60, eventsPerSecond: 20 / 60, payloadBytes: 300 },
	},
	// Estimates and assumptions.
	{
		text: 'Expected load: 75k concurrent listeners (peak), payload ≈ 1 KB, one update every 30 s per listener.',
		facts: { audience: 75_000, payloadBytes: 1000, eventsPerSecond: 1 / 30 },
	},
	{
		text: 'The existing cluster has 4 nodes, each rated for 50k WebSocket connections; we need to serve 160k clients even if a node dies.',
		facts: { servers: 4, connectionsPerServer: 50_000, audience: 160_000 },
	},
	{
		text: 'Assumptions: 2 KB per message, 10 messages/s to every client, 20,000 clients, TLS.',
		facts: { payloadBytes: 2000, eventsPerSecond: 10, audience: 20_000 },
	},
	{
		text: 'For IoT: 1M thermostats, keepalive every 60 s, telemetry every 5 minutes, 200 bytes.',
		facts: { audience: 1_000_000, heartbeatIntervalSeconds: 60, clientMessagesPerSecond: 1 / 300, payloadBytes: 200 },
	},
	{
		text: 'We have a limit of 65,535 file descriptors and 32 GB of memory on each server. Each connection uses roughly 50 KB.',
		facts: { descriptorsPerServer: 65_535, memoryPerServerBytes: 32e9, memoryPerConnectionBytes: 50_000 },
	},
	{
		text: 'Can SSE deliver 500 B every 200 ms to 5,000 users?',
		facts: { payloadBytes: 500, eventsPerSecond: 5, audience: 5000 },
	},
	{
		text: 'Switch from 5 s polling to push: 8,000 clients, 80 ms network latency.',
		facts: { pollIntervalSeconds: 5, audience: 8000, networkLatencyMs: 80 },
	},
	{
		text: 'Design target is 1 million connections; 100 000 per server; tolerate two server failures; keep 20 percent headroom.',
		facts: { audience: 1_000_000, connectionsPerServer: 100_000, failuresTolerated: 2, headroom: 0.2 },
	},
	{
		text: 'Hub: 12 pods\nPer pod: 15k conns\nReconnect window: 45s\nHandshakes: 350/s per pod',
		facts: { servers: 12, connectionsPerServer: 15_000, reconnectWindowSeconds: 45, handshakesPerSecond: 350 },
	},
	{
		text: 'The chat service peaks at 90k users, each of whom receives about 3 messages per second of roughly 400 bytes.',
		facts: { audience: 90_000, eventsPerSecond: 3, payloadBytes: 400 },
	},
	{
		text: 'Long polling (hold 20 s) with 45k clients and ~1 kB of HTTP headers per request',
		facts: { longPollHoldSeconds: 20, audience: 45_000, headerBytes: 1000 },
	},
	{
		text: 'In the worst case 250k phones come back online within one minute; the proxies accept 5k handshakes/s each.',
		facts: { audience: 250_000, reconnectWindowSeconds: 60, handshakesPerSecond: 5000 },
	},
	{
		text: 'Every viewer has one connection. 30,000 viewers watch. Score events come at a rate of 0.5/s and weigh 250 bytes.',
		facts: { audience: 30_000, eventsPerSecond: 0.5, payloadBytes: 250 },
	},
	{
		text: 'Our three gateways run at 60% of their limit of 40k sockets.',
		facts: { servers: 3, headroom: 0.4, connectionsPerServer: 40_000 },
	},
	{
		text: 'dispatch map: 400 dispatchers watching, 5k vehicles reporting position at 1 Hz, 80 bytes per position',
		facts: { clientMessagesPerSecond: 1, payloadBytes: 80 },
		problems: ['contradiction'],
	},
	{
		text: 'Typing indicators: 2 per second per active user, 40 B; 15k active users.',
		facts: { eventsPerSecond: 2, payloadBytes: 40, audience: 15_000 },
	},
	{
		text: 'ping interval 25 s, ping timeout 20 s (Socket.IO defaults), 12,000 sockets',
		facts: { heartbeatIntervalSeconds: 25, audience: 12_000 },
	},
	{
		text: 'Max. 30,000 connections/instance (measured), 7 instances in the ASG, N+1.',
		facts: { connectionsPerServer: 30_000, servers: 7, failuresTolerated: 1 },
	},
	{
		text: 'The game server ticks at 30 Hz, snapshot = 600 bytes, 64 players per match, 20k players overall',
		facts: { eventsPerSecond: 30, payloadBytes: 600, audience: 20_000 },
	},
	{
		text: 'a paragraph: "we poll the API every thirty seconds from about five thousand dashboards"',
		facts: { pollIntervalSeconds: 30, audience: 5000 },
	},
	{
		text: 'Estimate: 3 devices/user × 40k users; one server: 35k connections',
		facts: { audience: 120_000, connectionsPerServer: 35_000 },
	},
	{
		text: 'The link is 1 Gbit/s and must not be more than 70% utilised.',
		facts: { linkBitsPerSecond: 1e9, headroom: 0.3 },
	},
	{
		text: 'When draining, we close 20 connections per second per pod; 8 pods hold 96k connections altogether.',
		facts: { drainPerSecond: 20, servers: 8, audience: 96_000 },
	},
	{
		text: 'Job progress: about 600 running jobs, each watched by one browser, 1 event per second, 120 bytes.',
		facts: { connectionsPerUser: 1, eventsPerSecond: 1, payloadBytes: 120 },
	},
	{
		text: '| Tier | Users | msg/s | Size (B) |\n|---|---|---|---|\n| free | 50,000 | 1 | 200 |',
		facts: { audience: 50_000, eventsPerSecond: 1, payloadBytes: 200 },
	},
	// Problem statements, vendors' claims, notes to oneself.
	{
		text: 'Problem: on match days 1.3 million supporters have the app open simultaneously. A Go server with 16 GB handles 180k WebSockets comfortably. One server out of the fleet may crash.',
		facts: { audience: 1_300_000, memoryPerServerBytes: 16e9, connectionsPerServer: 180_000, failuresTolerated: 1 },
	},
	{
		text: 'Need: 64 k concurrent SSE streams. Have: pods limited to 10 k streams. Want: survive 1 pod failure + 20 % spare.',
		facts: { audience: 64_000, connectionsPerServer: 10_000, failuresTolerated: 1, headroom: 0.2 },
	},
	{
		text: 'per-connection memory 24KiB, per-server memory 12GiB, 20% reserved for the OS',
		facts: { memoryPerConnectionBytes: 24 * 1024, memoryPerServerBytes: 12 * 1024 ** 3, reserve: 0.2 },
	},
	{
		text: 'A price event is ~96 bytes. Busy days bring 40 of them a second to each of our 3,500 clients.',
		facts: { payloadBytes: 96, eventsPerSecond: 40, audience: 3500 },
		misread: '`40 of them a second` is read as a count',
	},
	{
		text: 'Poll interval is currently 20 seconds; with 14k mobile clients that is 700 requests per second.',
		facts: { pollIntervalSeconds: 20, audience: 14_000 },
	},
	{
		text: 'the long-poll loop: 6,000 browsers, each request hangs for 40s max, ~1.3KB headers both ways',
		facts: { audience: 6000, longPollHoldSeconds: 40, headerBytes: 1300 },
	},
	{ text: 'Heartbeat every 15s × 80k connections', facts: { heartbeatIntervalSeconds: 15, audience: 80_000 } },
	{
		text: 'When node A restarts, 25k clients reconnect over 40 s; the 5 others can each take 200 handshakes/s',
		facts: { audience: 25_000, reconnectWindowSeconds: 40, handshakesPerSecond: 200 },
	},
	{
		text: 'Chat: 20k members online, 1.5 sockets per member, 2 msgs/s inbound to each client at 350 B',
		facts: { audience: 30_000, eventsPerSecond: 2, payloadBytes: 350 },
	},
	{
		text: 'Sizing for 10× growth: 900k users online, 75k per node.',
		facts: { audience: 900_000, connectionsPerServer: 75_000 },
	},
	{
		text: '> Each websocket server can handle about 20 000 clients. We have about 55 000 clients at peak hours.',
		facts: { connectionsPerServer: 20_000, audience: 55_000 },
	},
	{
		text: 'Nodes: 4 × c5.xlarge, 8 GB RAM each, fd limit 100k',
		facts: { servers: 4, memoryPerServerBytes: 8e9, descriptorsPerServer: 100_000 },
	},
	{
		text: 'a courier app sends its GPS position every 5 seconds; payload: 90 B; couriers on duty: 3,200',
		facts: { clientMessagesPerSecond: 0.2, payloadBytes: 90, audience: 3200 },
	},
	{
		text: 'Live blog with 50k readers, an update every 20–40 s, 1.5 KB',
		facts: { audience: 50_000, eventsPerSecond: [0.025, 0.05], payloadBytes: 1500 },
	},
	{
		text: 'We expect 5k rps of polling today (25k clients every 5 s).',
		facts: { audience: 25_000, pollIntervalSeconds: 5 },
	},
	{
		text: 'Number of viewers: between 8,000 and 12,000. Message size: 512 B. Frequency: 2 Hz.',
		facts: { audience: [8000, 12_000], payloadBytes: 512, eventsPerSecond: 2 },
	},
	{
		text: 'If two of our six nodes go down the remaining four must hold 200k sockets',
		facts: { failuresTolerated: 2, servers: 6, audience: 200_000 },
	},
	{
		text: 'The vendor claims 100k connections per instance; our own test says 45k per instance.',
		facts: {},
		problems: ['contradiction'],
	},
	{ text: 'rtt=70ms poll=3s clients=1200', facts: { networkLatencyMs: 35, pollIntervalSeconds: 3, audience: 1200 } },
	{
		text: 'With full jitter over 20 seconds, 30,000 clients and 3 servers',
		facts: { reconnectWindowSeconds: 20, audience: 30_000, servers: 3 },
	},
	{
		text: 'Each person has a laptop and a phone connected, so 2 connections per person; 14k staff.',
		facts: { audience: 28_000 },
	},
	{
		text: 'Score updates: 300 bytes, roughly one per 10 seconds, 220k fans connected via 4 edge nodes (max 70k each)',
		facts: { payloadBytes: 300, eventsPerSecond: 0.1, audience: 220_000, servers: 4, connectionsPerServer: 70_000 },
	},
];

/** Texts with numbers of which none is an input. */
export const withoutInputs: readonly string[] = [
	'',
	'No numbers at all, although users and servers are mentioned.',
	'# 3 Capacity\n\nTo be written.',
	'Released on 2024-05-12, version 3.14.2, see issue #240.',
	'Call `connect(60000)` and open http://localhost:8080/users/240000?limit=60.',
	'```js\nconst users = 240000;\n```',
	'The plan costs $240,000 a year for 12 engineers.',
	'In 2023 the team moved to 3 offices.',
	'Figure 4 shows the sequence; steps 5 and 6 are optional.',
	'The cluster did 4,000 msg/s in total.',
	'Our p99 lag goal is 80 ms.',
	'The rate limiter has a 30 s window.',
	'Tokens expire after 15 minutes, and logs are kept for 30 days.',
	'The idle time-out of the balancer is 60 s.',
	'The database is 40 GB on disk.',
	'Traffic grew by 30% last year.',
	'Meet at 10:30, room 204.',
	'HTTP 426 and close code 1006 were seen on port 443.',
	'8 million users are registered.',
	'There are 12 rooms with 3 doors each.',
	'The outage on 3 May lasted 45 minutes and affected 2 teams.',
	'See chapter 7, pages 120 to 135, of the 2nd edition.',
	'We store 90 days of history, about 1.2 TB.',
	'The build takes 12 min on 16 cores.',
	'RFC 6455 section 5.5 and RFC 9113 define the limits.',
	'Sprint 14: 3 stories, 21 points, 2 carried over.',
	'P1 incident #4821, resolved in 38 minutes by 2 engineers.',
	'CPU sits at 55% and the error rate at 0.3%.',
	'The JWT lives for 1 hour; the cookie is valid for 14 days.',
	'Node 20 and VS Code 1.90 or later are needed; port 8080 is used.',
	'Section 3.2: see table 4 and figure 12.',
	'We saw 502s for 20 minutes after the 14:05 deploy.',
	'The contract ends on 31 December 2027 and covers 24/7 support.',
	'Compression shrinks it by 60 % and costs 8 % CPU.',
	'Our SLO is 99.95 % availability over 28 days.',
	'Ticket 1837 was opened 6 weeks ago and has 14 comments.',
	'The talk lasts 40 min and has 55 slides.',
	'See https://example.com/a?users=5000&size=220 and `max=60000`.',
	'Version 5 drops support for Node 16, which reached its end of life in September 2023.',
	'Alice owns items 1 to 4, Bob owns 5 and 6.',
	'The query took 1.4 s and returned 37 rows.',
	'Backups run at 02:00 and keep 14 days.',
];
