/** What every part measures with: alternating runs, medians, ratios within a round, tables. */

/** The middle value: of an even number, the mean of the two in the middle. */
export function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The values that a quarter lies below and a quarter lies above: how far the runs were apart. */
export function quartiles(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share) => sorted[Math.round((sorted.length - 1) * share)];
	return [at(0.25), at(0.75)];
}

/**
 * Runs each subject once per round, in an order that turns from round to round, so that whatever else the machine does
 * meets all of them. The first rounds are not counted.
 *
 * @template T
 * @param {Record<string, () => T | Promise<T>>} subjects
 * @param {{ rounds: number, warmUps?: number, onRound?: (round: number) => void }} options
 * @returns {Promise<Record<string, T[]>>} what they returned, one value per round
 */
export async function alternate(subjects, { rounds, warmUps = 1, onRound }) {
	const names = Object.keys(subjects);
	const results = Object.fromEntries(names.map((name) => [name, []]));
	for (let round = -warmUps; round < rounds; round++) {
		const start = (round + warmUps) % names.length;
		const order = [...names.slice(start), ...names.slice(0, start)];
		for (const name of order) {
			const result = await subjects[name]();
			if (round >= 0) results[name].push(result);
		}
		if (round >= 0) onRound?.(round + 1);
	}
	return results;
}

/** The ratio of two subjects within each round. */
export function ratios(numerators, denominators) {
	return numerators.map((value, round) => value / denominators[round]);
}

/** `1.04 (0.97 to 1.11)`: median, and the quartiles around it. */
export function spread(values, digits = 2) {
	const [low, high] = quartiles(values);
	return `${median(values).toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/**
 * Microseconds of processor time per call of a synchronous function, over about `milliseconds` of them. Processor time,
 * not the clock's: what other programs do on the machine doesn't count, collecting garbage does.
 */
export function timeSync(call, milliseconds = 20, callsAtOnce = 50) {
	let calls = 0;
	const start = process.cpuUsage();
	for (;;) {
		for (let repeat = 0; repeat < callsAtOnce; repeat++) call();
		calls += callsAtOnce;
		const used = processorMicroseconds(start);
		if (used >= milliseconds * 1000) return used / calls;
	}
}

/** The same for an asynchronous function, one call after the other. */
export async function timeAsync(call, milliseconds = 20, callsAtOnce = 50) {
	let calls = 0;
	const start = process.cpuUsage();
	for (;;) {
		for (let repeat = 0; repeat < callsAtOnce; repeat++) await call();
		calls += callsAtOnce;
		const used = processorMicroseconds(start);
		if (used >= milliseconds * 1000) return used / calls;
	}
}

/** Processor time of this process since `start`, in the kernel too. */
function processorMicroseconds(start) {
	const { user, system } = process.cpuUsage(start);
	return user + system;
}

/** A Markdown table. */
export function table(header, rows) {
	const line = (cells) => `| ${cells.join(' | ')} |`;
	return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A time as people read it: µs below a millisecond, ms below a second. */
export function formatMicroseconds(microseconds) {
	if (microseconds < 10) return `${microseconds.toFixed(2)} µs`;
	if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
	return microseconds < 1e6
		? `${(microseconds / 1000).toFixed(1)} ms`
		: `${(microseconds / 1e6).toFixed(2)} s`;
}

/** `met` or `not met`, for a goal's column. */
export function verdict(isMet) {
	return isMet ? 'met' : 'not met';
}
