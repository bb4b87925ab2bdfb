import { isJsonObject, type JsonObject } from '../formats/json';
import { durationOf } from '../formats/payload';
import type { RecorderEvent } from '../formats/recorderEvent';
import { leavesOf } from './leaves';

/** Members that say how the event came here, not what happened. */
const ABOUT_THE_DELIVERY: ReadonlySet<string> = new Set([
	'id',
	'raw',
	'format',
	'recorder',
	'nativeType',
	'receivedAt',
	'warnings',
	'remembered',
]);

/** Follows from where n8n runs, not from what happened: `file.localPath`, `file.danmakuLocalPath`. */
const LOCAL_PATH = /(?:^|\.)(?:local|[A-Za-z]+Local)Paths?(?:\[\d+\])?$/;

/** What a body doesn't say of an event, says differently, or says although the event doesn't; by path. */
export function lostPaths(candidate: unknown, event: RecorderEvent, said: RecorderEvent): string[] {
	const survived = leavesOf(said);
	const lost: string[] = [];
	const told = new Set<string>();
	for (const [name, member] of Object.entries(isJsonObject(candidate) ? candidate : event)) {
		if (ABOUT_THE_DELIVERY.has(name)) continue;
		if (!(name in event)) {
			// Added by the user: no format has a place for it, so its name is enough.
			lost.push(name);
			continue;
		}
		for (const [path, leaf] of leavesOf({ [name]: member })) {
			told.add(path);
			if (!LOCAL_PATH.test(path) && survived.get(path) !== leaf) lost.push(path);
		}
	}
	for (const [path, leaf] of survived) {
		const [name = ''] = path.split(/[.[]/, 1);
		const isOwn = ABOUT_THE_DELIVERY.has(name) || LOCAL_PATH.test(path);
		if (!isOwn && !told.has(path) && !follows(path, leaf, event)) lost.push(path);
	}
	return lost;
}

/** Whether a value that the event doesn't name follows from what it does. */
function follows(path: string, leaf: unknown, event: RecorderEvent): boolean {
	switch (path) {
		case 'file.durationSeconds':
			return 'file' in event && leaf === durationOf(event.file);
		case 'state.live':
			return leaf === (event.kind === 'live.started') && event.kind.startsWith('live.');
		case 'state.recording':
			return leaf === (event.kind === 'recording.started') && event.kind.startsWith('recording.');
		default:
			return false;
	}
}

/** What a payload said and the body that was written in its place doesn't, by path. */
export function lostOfPayload(payload: JsonObject, body: JsonObject): string[] {
	const kept = leavesOf(body);
	return [...leavesOf(payload).keys()]
		.filter((path) => !kept.has(path))
		.map((path) => `raw.${path}`);
}
