/** The pinned data of an example's triggers: samples of the formats, chosen by the trigger's own events. */

import {
	createPathMapping,
	recorderOf,
	recorders,
	sampleSession,
	SESSION_COMPLETED,
	withLocalPaths,
} from './fromDist.mjs';

const PACKAGE_PREFIX = 'n8n-nodes-live-recorder.';

/** Times at which the pinned events were received: no clock, or each run would change them. */
const RECEIVED_AT = '2026-11-15T12:00:00.000Z';

/** A session is put together as a test run in the editor does it, with all its files. */
const MINUTE_MS = 60_000;
const SESSIONS = {
	waits: { quiet: 5 * MINUTE_MS, giveUp: 60 * MINUTE_MS },
	atLeast: { seconds: null, bytes: null },
};

function pinnedItems(trigger) {
	const { events = ['*'], options } = trigger.parameters;
	const own = recorderOf(trigger.type.slice(PACKAGE_PREFIX.length));
	const mapPath = createPathMapping(options?.pathMapping?.folders ?? []);
	const isChosen = (nativeType, event) =>
		events.some((choice) => choice === '*' || choice === nativeType || choice === event.kind);

	const items = [];
	for (const recorder of own === undefined ? recorders : [own]) {
		const [format] = recorder.formats;
		for (const [nativeType, event] of format.events) {
			const [sample] = event.samples;
			if (event.housekeeping || sample === undefined || !isChosen(nativeType, event)) continue;
			const parsed = format.parse(sample, RECEIVED_AT);
			if (parsed.status === 'event') items.push({ json: withLocalPaths(parsed.event, mapPath) });
		}
		if (!events.includes(SESSION_COMPLETED)) continue;
		const settings = { sessions: SESSIONS, receiving: { mapPath } };
		const session = sampleSession(format.id, settings, Date.parse(RECEIVED_AT));
		if (session !== null) items.push({ json: session });
	}
	return items;
}

/** A workflow, as text, with its pinned data as it must be. */
export function withPins(text) {
	const workflow = JSON.parse(text);
	const triggers = workflow.nodes.filter(
		({ type }) => type.startsWith(PACKAGE_PREFIX) && type.endsWith('Trigger'),
	);
	// What is pinned to triggers of other packages was written by hand.
	workflow.pinData = {
		...workflow.pinData,
		...Object.fromEntries(triggers.map((trigger) => [trigger.name, pinnedItems(trigger)])),
	};
	return JSON.stringify(workflow, null, '\t');
}
