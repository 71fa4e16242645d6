import { PollTransport } from './pollTransport';
import type { TransportFactory } from './transport';

/** So many answers in a row without news, none of them held, are taken as they come. */
const eagerAnswers = 10;
const firstRestMs = 20;
const mostRestMs = 1000;

/**
 * Long polling: the next request goes out as soon as the last is answered, and the server holds it until there is news.
 * Opened by the first good answer, or by a request that is held for a second.
 *
 * A server that answers at once that there is nothing, again and again, is no long poll. It is then asked less and less
 * often, down to once a second, instead of as fast as the network allows; news, or a held answer, ends that.
 */
export const createLongPollTransport: TransportFactory = (endpoint, resume, sink, nowMs) => {
	let idleAnswers = 0;
	return new PollTransport(endpoint, resume, sink, nowMs, {
		held: true,
		restMs: (news) => {
			idleAnswers = news ? 0 : idleAnswers + 1;
			const rests = idleAnswers - eagerAnswers;
			return rests <= 0 ? 0 : Math.min(mostRestMs, firstRestMs * 2 ** Math.min(rests - 1, 10));
		},
	});
};
