import assert from 'node:assert/strict';

describe('what the panel finds again', () => {
	let saved: unknown;
	let stored: unknown;
	const open = async () => {
		Object.assign(globalThis, {
			acquireVsCodeApi: () => ({
				postMessage: () => {},
				getState: () => saved,
				setState: (state: unknown) => (stored = state),
			}),
		});
		const { RestoredState } = await import('../../../src/webview/inspector/restoredState');
		return new RestoredState();
	};
	after(() => {
		Reflect.deleteProperty(globalThis, 'acquireVsCodeApi');
	});

	it('has defaults for whatever is missing or of another shape', async () => {
		for (const odd of [
			undefined,
			null,
			7,
			'x',
			{ ui: 3 },
			{ ui: { tab: 'evil', lagSpan: 'year', detailWidth: 99, sent: [1, { text: 2 }] } },
		]) {
			saved = odd;
			const { ui } = await open();
			assert.equal(ui.tab, 'tree');
			assert.equal(ui.lagSpan, 'session');
			assert.equal(ui.detailWidth, 0.36);
			assert.deepEqual(ui.sent, []);
			assert.deepEqual(ui.position, { follow: true, top: 0, seenSeq: -1, selectedSeq: null });
		}
	});

	it('stores what the host’s serializer needs beside what the user arranged', async () => {
		saved = undefined;
		const state = await open();
		assert.equal(state.session('s1', 'ws://localhost/', 'webSocket'), true);
		assert.equal(state.session('s1', 'ws://localhost/', 'webSocket'), false);
		state.change({ tab: 'hex' });
		const { ui, ...session } = stored as { ui: { tab: string } };
		assert.deepEqual(session, { sessionId: 's1', url: 'ws://localhost/', transport: 'webSocket' });
		assert.equal(ui.tab, 'hex');
	});

	it('remembers the last fifty different messages', async () => {
		saved = undefined;
		const state = await open();
		for (let number = 0; number < 60; number++) {
			state.remember({ text: `message ${number}`, encoding: 'text' });
		}
		state.remember({ text: 'message 30', encoding: 'text' });
		assert.equal(state.ui.sent.length, 50);
		assert.equal(state.ui.sent.at(-1)!.text, 'message 30');
		assert.equal(state.ui.sent.filter(({ text }) => text === 'message 30').length, 1);
		state.remember({ text: 'x'.repeat(30_000), encoding: 'text' });
		assert.equal(state.ui.sent.at(-1)!.text, 'message 30');
	});
});
