/** Bodies as recorders send them, made from the package's own samples, each with an identity of its own. */

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A module of the built package. */
export function fromDist(path) {
	return require(`../dist/${path}.js`);
}

/** A FileClosed event of BililiveRecorder as bytes, with a fresh id. */
export function bililiveRecorderEvent() {
	const { bililiveRecorderV2 } = fromDist('formats/bililiveRecorder/v2');
	const [sample] = bililiveRecorderV2.events.get('FileClosed').samples;
	return Buffer.from(JSON.stringify({ ...sample, EventId: randomUUID() }));
}

/** Every webhook format with the bodies of its samples, as bytes and as the requests that carry them. */
export function formatsWithRequests() {
	const { recorders, formatsOf } = fromDist('formats/registry');
	return formatsOf(recorders).map((format) => ({
		format,
		requests: [...format.events.values()]
			.flatMap(({ samples }) => samples)
			.map((sample) => requestFor(format, sample)),
	}));
}

/** A request as n8n hands it on, with the body encoded as the recorder encodes it. */
export function requestFor(format, body) {
	const { headers, encode } = format.delivery;
	return {
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
		),
		query: {},
		body: Buffer.from(encode(body)),
		address: '127.0.0.1',
	};
}
