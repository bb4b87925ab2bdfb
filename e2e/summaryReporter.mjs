/**
 * A reporter for Node.js's test runner that writes one JSON object with the totals, for programs to
 * read.
 */

const TOTALS = {
	tests: 'tests',
	pass: 'passed',
	fail: 'failed',
	cancelled: 'cancelled',
	skipped: 'skipped',
};

export default async function* summaryReporter(events) {
	const totals = {};
	for await (const { type, data } of events) {
		if (type !== 'test:diagnostic' || data.nesting !== 0) continue;
		const [, name, count] = /^(\w+) (\d+)$/.exec(data.message) ?? [];
		if (TOTALS[name] !== undefined) totals[TOTALS[name]] = Number(count);
	}
	yield `${JSON.stringify(totals)}\n`;
}
