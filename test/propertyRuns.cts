/** LIVE_RECORDER_PROPERTY_RUNS: how often each property is tried, instead of fast-check's hundred times. */
const runs = Number(process.env.LIVE_RECORDER_PROPERTY_RUNS ?? 0);
if (runs > 0) {
	// Not an import: most test files need no fast-check, which takes its time to load.
	const { configureGlobal }: typeof import('fast-check') = require('fast-check');
	configureGlobal({ numRuns: runs });
}
