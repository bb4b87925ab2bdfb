import { aodianyun } from './aodianyun';
import { biliLiveTools } from './biliLiveTools';
import { bililiveRecorder } from './bililiveRecorder';
import { blrec } from './blrec';
import { bsr } from './bsr';
import { liveKitEgress } from './liveKitEgress';
import { liveStreamDvr } from './liveStreamDvr';
import { oneLiveRec } from './oneLiveRec';
import { owncast } from './owncast';
import { tencentCss } from './tencentCss';
import { ddtv } from './ddtv';
import { generic } from './generic';
import { isJsonObject, type JsonValue } from './json';
import { rustSrec } from './rustSrec';
import { srs } from './srs';
import type { InvalidEvent, Issue, ParsedEvent, Recorder, RecorderFormat } from './recorderFormat';

/** Every recorder this package speaks with, in the order in which they are listed to people. */
export const recorders: readonly Recorder[] = [
	bililiveRecorder,
	bsr,
	oneLiveRec,
	aodianyun,
	blrec,
	ddtv,
	biliLiveTools,
	liveStreamDvr,
	owncast,
	liveKitEgress,
	tencentCss,
	rustSrec,
	srs,
	generic,
];

/** All webhook formats of the given recorders. */
export function formatsOf(among: readonly Recorder[]): readonly RecorderFormat[] {
	return among.flatMap((recorder) => recorder.formats);
}

const formatsById: ReadonlyMap<string, RecorderFormat> = new Map(
	formatsOf(recorders).map((format) => [format.id, format]),
);

/** The format of an id such as `bililive-recorder.v2`; undefined where there is none. */
export function formatById(id: string): RecorderFormat | undefined {
	return formatsById.get(id);
}

/** A body that is no webhook of the formats asked for, or could be one of several. */
export interface Unrecognised {
	readonly status: 'unrecognised';
	readonly issues: readonly Issue[];
}

/**
 * The event that a body is, by the one format whose shape it has. Two that both fit would be a guess, and no guess is made.
 * Never throws, whatever the body. `receivedAt`: ISO 8601 in UTC with milliseconds.
 */
export function parseAmong(
	body: JsonValue,
	formats: readonly RecorderFormat[],
	receivedAt: string,
): ParsedEvent | InvalidEvent | Unrecognised {
	let format: RecorderFormat | null = null;
	for (const candidate of formats) {
		if (!candidate.recognise(body)) continue;
		if (format !== null) return unrecognised(`Fits several: ${titlesOfFitting(body, formats)}`);
		format = candidate;
	}
	if (format !== null) return format.parse(body, receivedAt);
	if (!isJsonObject(body)) return unrecognised('Expected a JSON object');
	const issues = formats.flatMap((candidate) => {
		const result = candidate.parse(body, receivedAt);
		const missing =
			result.status === 'invalid'
				? result.issues
				: [{ path: '', message: 'Lacks what this format is recognised by' }];
		return missing.map(({ path, message }) => ({
			path,
			message: `${candidate.title}: ${message}`,
		}));
	});
	return { status: 'unrecognised', issues: issues.slice(0, MAX_ISSUES) };
}

function titlesOfFitting(body: JsonValue, formats: readonly RecorderFormat[]): string {
	return formats
		.filter((candidate) => candidate.recognise(body))
		.map(({ title }) => title)
		.join(', ');
}

/** Issues of all formats together: enough to see what was meant, few enough for a log line. */
const MAX_ISSUES = 40;

function unrecognised(message: string): Unrecognised {
	return { status: 'unrecognised', issues: [{ path: '', message }] };
}
