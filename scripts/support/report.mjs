// @ts-check
/**
 * What a person sees while a script works: one line a step, and a sign of life during a long one.
 */

const isTerminal = process.stdout.isTTY === true && process.env.CI === undefined;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** How often a long step says that it is still at work where the output is not a terminal. */
const signOfLifeMs = 5_000;

/** @param {string} text */
export function say(text) {
	console.log(text);
}

/**
 * Does one step of work under a title. `work` may describe what it is at with `detail`.
 *
 * @template T
 * @param {string} title
 * @param {(detail: (text: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
	const startedAt = Date.now();
	const seconds = () => Math.round((Date.now() - startedAt) / 1000);
	let detail = '';
	let frame = 0;

	/** @type {NodeJS.Timeout} */
	let timer;
	if (isTerminal) {
		const draw = () => {
			frame = (frame + 1) % spinner.length;
			const line = `${spinner[frame]} ${title} ${seconds()} s${detail && ` · ${detail}`}`;
			process.stdout.write(`\r\x1b[2K${line.slice(0, (process.stdout.columns || 80) - 1)}`);
		};
		draw();
		timer = setInterval(draw, 100);
	} else {
		say(`· ${title}`);
		timer = setInterval(() => say(`  … ${seconds()} s${detail && `, ${detail}`}`), signOfLifeMs);
	}

	const finish = (/** @type {string} */ mark) => {
		clearInterval(timer);
		if (isTerminal) process.stdout.write('\r\x1b[2K');
		if (isTerminal || mark === '✘' || seconds() > 0) say(`${mark} ${title} (${seconds()} s)`);
	};
	try {
		const result = await work((text) => {
			detail = text;
		});
		finish('✔');
		return result;
	} catch (error) {
		finish('✘');
		throw error;
	}
}

/**
 * An error whose message is meant for the person at the terminal: what was seen, what was expected, what to try. It is
 * shown without a stack.
 */
export class Explained extends Error {}
