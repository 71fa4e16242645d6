/** The names of the feed's events, from the most frequent to the rarest. */
export type MarketEventName = 'price' | 'trade' | 'status';

/** One event of the feed, as every transport sends it. */
export interface MarketEvent {
	readonly id: number;
	readonly name: MarketEventName;
	/** One JSON object in ASCII, so its length is its size in bytes. */
	readonly json: string;
}

const symbols = ['ALDER', 'BIRCH', 'CEDAR', 'EBONY', 'HAZEL', 'LARCH', 'MAPLE', 'ROWAN'] as const;
const states = ['open', 'halted', 'open', 'auction'] as const;
const tradeEvery = 4;
const statusEvery = 50;
/** Around what the prices walk: without a way home they would reach 0 in a long session. */
const meanPrice = 100;

/** Makes the events of a market that does not exist: prices that walk at random, trades, now and then a status. */
export class MarketEvents {
	readonly #prices = symbols.map((_, index) => meanPrice + index * 7.5);
	#randomState = 20_260_701;

	constructor(private readonly sizeBytes: number) {}

	/** The event `id`, sent at an epoch time in milliseconds, of `sizeBytes` where it fits into them. */
	next(id: number, sentAtMs: number): MarketEvent {
		const name = id % statusEvery === 0 ? 'status' : id % tradeEvery === 0 ? 'trade' : 'price';
		const body = `{"id":${id},"sentAt":${sentAtMs.toFixed(3)},"type":"${name}",${this.#fieldsOf(name)}`;
		const padBytes = this.sizeBytes - body.length - ',"pad":""}'.length;
		return { id, name, json: padBytes >= 0 ? `${body},"pad":"${padding(padBytes)}"}` : `${body}}` };
	}

	#fieldsOf(name: MarketEventName): string {
		const index = Math.floor(this.#random() * symbols.length);
		const symbol = `"symbol":"${symbols[index]}"`;
		if (name === 'status') {
			return `${symbol},"state":"${states[Math.floor(this.#random() * states.length)]}"`;
		}
		const before = this.#prices[index]!;
		const change = (this.#random() - 0.5) * 0.8 + (meanPrice - before) * 0.002;
		const price = before + change;
		this.#prices[index] = price;
		if (name === 'trade') {
			const side = this.#random() < 0.5 ? 'buy' : 'sell';
			return `${symbol},"price":${price.toFixed(2)},"size":${100 + Math.floor(this.#random() * 9) * 100},"side":"${side}"`;
		}
		return `${symbol},"price":${price.toFixed(2)},"change":${change.toFixed(2)}`;
	}

	/** Mulberry32: the same prices in every run make screenshots and failures repeatable. */
	#random(): number {
		this.#randomState = (this.#randomState + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.#randomState ^ (this.#randomState >>> 15), 1 | this.#randomState);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	}
}

const paddings = new Map<number, string>();

/** Few lengths are ever asked for, and one text serves all events of that length. */
function padding(length: number): string {
	let text = paddings.get(length);
	if (text === undefined) {
		if (paddings.size > 500) {
			paddings.clear();
		}
		text = '.'.repeat(length);
		paddings.set(length, text);
	}
	return text;
}
