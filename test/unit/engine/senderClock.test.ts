import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../../../src/core/endpoint';
import { SenderClock, type StoredClock } from '../../../src/engine/senderClock';
import { isOfThisMachine } from '../../../src/engine/thisMachine';
import { endpointFor } from '../../support/endpoint';
import { seeded } from './clockSimulation';

const startMs = 1.75e12;
const elsewhere = '192.0.2.1:443';

describe('SenderClock', () => {
	let nowMs = startMs;
	let revisions: number[] = [];
	const clockFor = (changes: Partial<Endpoint> = {}, stored?: StoredClock): SenderClock => {
		nowMs = startMs;
		revisions = [];
		return new SenderClock(
			endpointFor('ws://sender.example/', changes),
			() => nowMs,
			(byMs) => revisions.push(byMs),
			stored,
		);
	};
	/** An exchange that took 10 ms each way, with a clock that ours is ahead of by `offsetMs`. */
	const exchange = (clock: SenderClock, atMs: number, offsetMs: number): void =>
		clock.exchange(atMs, atMs + 10 - offsetMs, atMs + 10 - offsetMs, atMs + 20);
	/** The `Date` field of an answer that was written 1 ms after it was asked for and came 1 ms later. */
	const dated = (clock: SenderClock, atMs: number, offsetMs: number, lateMs = 0): void =>
		clock.answered(atMs, atMs + 2, new Date(atMs + 1 - offsetMs - lateMs).toUTCString());
	/** Answers at the beginnings and ends of seconds, so that little is left to know. */
	const datedOften = (clock: SenderClock, fromMs: number, offsetMs: number, lateMs = 0): void => {
		for (let place = 0; place < 40; place++) {
			dated(clock, fromMs + place * 1025, offsetMs, lateMs);
		}
	};

	it('takes this machine for its own clock, and nothing else without being told', () => {
		const clock = clockFor();
		clock.connected('127.0.0.1:8080');
		assert.equal(clock.method, 'sameMachine');
		assert.equal(clock.offsetMs(startMs), 0);
		const summary = { method: 'sameMachine', offsetMs: 0, uncertaintyMs: 0, driftPpm: 0, samples: 0 };
		assert.deepEqual(clock.summary(startMs), summary);
		clock.disconnected();
		clock.connected(elsewhere);
		assert.equal(clock.method, 'relative');
	});

	it('knows the addresses of this machine', () => {
		for (const local of ['127.0.0.1:80', '127.8.9.1:80', '[::1]:80', '[::ffff:127.0.0.1]:80']) {
			assert.ok(isOfThisMachine(local), local);
		}
		for (const entry of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
			assert.ok(isOfThisMachine(entry.family === 'IPv6' ? `[${entry.address}]:1` : `${entry.address}:1`));
		}
		for (const other of ['', 'localhost:80', '192.0.2.1:80', '[2001:db8::1]:443']) {
			assert.equal(isOfThisMachine(other), false, other);
		}
	});

	it('takes what it is told, and tells no ± that nobody knows', () => {
		for (const [setting, method, offsetMs] of [
			['same', 'assumedSameClock', 0],
			[-7350.5, 'givenOffset', -7350.5],
		] as const) {
			const clock = clockFor({ clock: setting });
			clock.connected('127.0.0.1:80');
			exchange(clock, startMs, 1e6);
			clock.observe(startMs + 1000, 12);
			assert.equal(clock.offsetMs(startMs + 1000), offsetMs);
			assert.deepEqual(clock.summary(startMs + 1000), {
				method,
				offsetMs,
				uncertaintyMs: null,
				driftPpm: null,
				samples: 0,
			});
			assert.deepEqual(revisions, []);
		}
	});

	it('estimates this machine too where it is told to, as behind a port forward', () => {
		const clock = clockFor({ clock: 'estimate' });
		clock.connected('127.0.0.1:80');
		assert.equal(clock.method, 'relative');
		exchange(clock, startMs, 5000);
		assert.equal(clock.method, 'echo');
		assert.ok(Math.abs(clock.offsetMs(startMs + 20) - 5000) < 0.1);
	});

	it('prefers an echo to the Date field, and both to the least lag', () => {
		const clock = clockFor();
		clock.connected(elsewhere);
		clock.observe(startMs, 7400);
		assert.equal(clock.method, 'relative');
		assert.equal(clock.offsetMs(startMs), 7400);
		datedOften(clock, startMs + 1000, 7350);
		assert.equal(clock.method, 'dateHeader');
		assert.ok(Math.abs(clock.offsetMs(startMs + 42_000) - 7350) < 60);
		exchange(clock, startMs + 43_000, 7350);
		assert.equal(clock.method, 'echo');
		const { offsetMs, uncertaintyMs, samples } = clock.summary(startMs + 43_000);
		assert.ok(Math.abs(offsetMs! - 7350) < 0.1 && Math.abs(uncertaintyMs! - 10) < 0.1);
		assert.equal(samples, 1);
	});

	it('does not take half a second more or less for a clock', () => {
		const clock = clockFor({ clock: 'estimate' });
		clock.connected(elsewhere);
		clock.observe(startMs, 7355);
		dated(clock, startMs + 500, 7350);
		assert.equal(clock.method, 'relative');
		clock.answered(startMs, startMs + 1, 'yesterday');
		clock.answered(startMs, startMs + 1, '');
		assert.equal(clock.method, 'relative');
	});

	it('corrects what was measured when it comes to know better', () => {
		const clock = clockFor();
		clock.connected(elsewhere);
		let lagMs = 0;
		for (let event = 0; event < 100; event++) {
			clock.observe(startMs + event * 10, 7350 + 30 + (event % 5));
			lagMs = 7350 + 30 + (event % 5) - clock.take(startMs + event * 10);
		}
		assert.equal(Math.round(lagMs), 4, 'above the least');
		const before = revisions.length;
		exchange(clock, startMs + 1000, 7350);
		// 7380 was taken off, and 7350 ought to have been.
		assert.equal(revisions.length, before + 1);
		assert.ok(Math.abs(revisions.at(-1)! + 30) < 1, `${revisions}`);
		clock.cleared();
		exchange(clock, startMs + 2000, 7351);
		assert.equal(revisions.length, before + 1, 'nothing is left to correct');
	});

	it('leaves what was measured before a clock was set, and answers for both times', () => {
		const clock = clockFor({ clock: 'estimate' });
		clock.connected(elsewhere);
		for (let atMs = startMs; atMs < startMs + 600_000; atMs += 1000) {
			exchange(clock, atMs, atMs < startMs + 500_000 ? 100 : 4100);
			clock.observe(atMs + 500, (atMs < startMs + 500_000 ? 100 : 4100) + 25);
			clock.take(atMs + 500);
		}
		assert.ok(Math.abs(clock.offsetMs(startMs + 250_000) - 100) < 1);
		assert.ok(Math.abs(clock.offsetMs(startMs + 590_000) - 4100) < 1);
		assert.ok(
			revisions.every((byMs) => Math.abs(byMs) < 20),
			`${revisions}`,
		);
	});

	it('lets an event bound the offset, since none arrives before it was sent', () => {
		const clock = clockFor({ clock: 'estimate' });
		clock.connected(elsewhere);
		exchange(clock, startMs, 7350);
		clock.observe(startMs + 100, 7352);
		const { offsetMs, uncertaintyMs } = clock.summary(startMs + 100);
		// At least 7340 by the exchange, at most 7352 by the event.
		assert.ok(Math.abs(offsetMs! - 7346) < 0.2 && Math.abs(uncertaintyMs! - 6) < 0.2, `${offsetMs} ± ${uncertaintyMs}`);
		// This one was sent by another clock: it is told as what it is, a lag that can't be.
		clock.observe(startMs + 200, 7000);
		assert.ok(7000 - clock.offsetMs(startMs + 200) < -clock.summary(startMs + 200).uncertaintyMs!);
	});

	it('believes a server less that writes its Date late', () => {
		const random = seeded(2);
		const clock = clockFor({ clock: 'estimate' });
		clock.connected(elsewhere);
		// Its text is written once in 1.003 s, so that the moment wanders through the second.
		for (let place = 0; place < 400; place++) {
			const atMs = startMs + place * 2000 + 1000 * random();
			const serverMs = atMs + 1 - 7350;
			const writtenMs = Math.floor(serverMs / 1003) * 1003;
			clock.answered(atMs, atMs + 2, new Date(writtenMs).toUTCString());
			clock.observe(atMs + 500, 7350 + 3);
			const { method, offsetMs, uncertaintyMs } = clock.summary(atMs + 500);
			if (method === 'dateHeader' && place > 60) {
				assert.ok(Math.abs(offsetMs! - 7350) <= uncertaintyMs!, `${offsetMs} ± ${uncertaintyMs} after ${place}`);
			}
		}
		assert.notEqual(clock.summary(startMs + 800_000).method, 'none');
	});

	it('goes on in the window after, for the times before it too', () => {
		const clock = clockFor();
		clock.connected(elsewhere);
		const offsetAt = (atMs: number): number => 7350 + 40e-6 * (atMs - startMs);
		for (let atMs = startMs; atMs < startMs + 3_600_000; atMs += 5000) {
			exchange(clock, atMs, offsetAt(atMs));
		}
		const stored = JSON.parse(JSON.stringify(clock.stored())) as StoredClock;
		const restored = clockFor({}, stored);
		assert.equal(restored.method, 'echo');
		for (const atMs of [startMs, startMs + 1_800_000, startMs + 3_600_000]) {
			assert.ok(Math.abs(restored.offsetMs(atMs) - offsetAt(atMs)) < 2);
		}
		assert.equal(restored.summary(startMs + 3_600_000).samples, 720);

		const local = clockFor();
		local.connected('127.0.0.1:80');
		assert.equal(clockFor({}, local.stored()).method, 'sameMachine');
		assert.equal(clockFor({ clock: 'relative' }, stored).method, 'relative');
		for (const wrong of [null, 7, { echo: { epochs: [1] } }, { least: 3, date: [] }]) {
			assert.equal(clockFor({}, wrong as unknown as StoredClock).method, 'relative');
		}
	});

	it('tells no ± of the least lag where none was seen in half an hour', () => {
		const clock = clockFor({ clock: 'relative' });
		for (let atMs = startMs; atMs < startMs + 60_000; atMs += 1000) {
			clock.observe(atMs, 100 + (atMs % 7));
			clock.take(atMs);
		}
		assert.ok(clock.summary(startMs + 60_000).uncertaintyMs! > 0);
		assert.ok(clock.sessionUncertaintyMs(startMs + 60_000)! > 0);
		assert.equal(clock.summary(startMs + 3_600_000).uncertaintyMs, null);
		// A stamp so far ahead is measured by a line that nothing was seen of for an hour.
		for (let event = 0; event < 3; event++) {
			clock.observe(startMs + 3_600_000 + event, -1e6);
			clock.take(startMs + 3_600_000 + event);
		}
		assert.equal(clock.sessionUncertaintyMs(startMs + 3_600_000), null);
		clock.observe(startMs + 3_600_100, 100);
		assert.ok(clock.sessionUncertaintyMs(startMs + 3_602_000)! > 0, 'which is known again with the next event');
	});

	it('takes nothing off where nothing was seen, and for no time', () => {
		const clock = clockFor();
		assert.equal(clock.offsetMs(startMs), 0);
		assert.equal(clock.offsetMs(Number.NaN), 0);
		assert.equal(clock.summary(startMs).uncertaintyMs, null);
		clock.dispose();
	});
});
