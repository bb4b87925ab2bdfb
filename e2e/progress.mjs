/**
 * Shows long steps to a person: a line that rewrites itself on a terminal, a plain line every
 * now and then elsewhere (CI logs, pipes), and how long each step took.
 */

const PLAIN_INTERVAL_MS = 15_000;
const TERMINAL_INTERVAL_MS = 500;

/** An error whose message is all a person needs: it is printed without a stack. */
export class UserFacingError extends Error {
	constructor(message, options) {
		super(message, options);
		this.name = 'UserFacingError';
	}
}

export function formatDuration(milliseconds) {
	const seconds = Math.round(milliseconds / 1000);
	if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

export function formatBytes(bytes) {
	if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
	if (bytes < 1e9) return `${Math.round(bytes / 1e6)} MB`;
	return `${(bytes / 1e9).toFixed(2)} GB`;
}

/**
 * Runs `work` under a title. `work` gets a function to say how far it is; what was said last is
 * shown with the time elapsed.
 *
 * @template T
 * @param {string} title
 * @param {(report: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
	const startedAt = Date.now();
	const isTerminal = process.stdout.isTTY === true;
	let detail = '';

	const show = () => {
		const elapsed = formatDuration(Date.now() - startedAt);
		const line = `  ${title} … ${elapsed}${detail === '' ? '' : ` (${detail})`}`;
		if (isTerminal) {
			process.stdout.write(`\r\x1b[K${line.slice(0, Math.max(20, process.stdout.columns - 1))}`);
		} else {
			console.log(line);
		}
	};
	const finish = (mark, suffix = '') => {
		clearInterval(timer);
		if (isTerminal) process.stdout.write('\r\x1b[K');
		console.log(`${mark} ${title} (${formatDuration(Date.now() - startedAt)})${suffix}`);
	};

	if (isTerminal) show();
	else console.log(`  ${title} …`);
	const timer = setInterval(show, isTerminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS);
	try {
		const result = await work((text) => {
			detail = text;
		});
		finish('✔');
		return result;
	} catch (error) {
		finish('✖', ' failed');
		throw error;
	}
}

/** Runs a program's main function; ends it with 1 and a readable message when it fails. */
export async function runMain(main) {
	try {
		await main();
	} catch (error) {
		if (error instanceof UserFacingError) {
			console.error(`\n${error.message}\n`);
		} else {
			console.error('\nThis should not have happened:\n', error);
		}
		process.exitCode = 1;
	}
}
