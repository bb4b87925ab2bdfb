import type { JsonObject } from '../../formats/json';
import { unmappedPaths } from '../../formats/paths';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';

export const formats = formatsOf(recorders);

export const RECEIVED_AT = '2026-11-22T12:00:00.000Z';

export interface SampleEvent {
	readonly format: RecorderFormat;
	readonly nativeType: string;
	readonly body: JsonObject;
	readonly event: RecorderEvent;
}

/** Every sample of every event of every format, with what it says. */
export const everyEvent: ReadonlyArray<readonly [name: string, sample: SampleEvent]> =
	formats.flatMap((format) =>
		[...format.events].flatMap(([nativeType, { samples }]) =>
			samples.map((body, index) => {
				const name = `${format.id} ${nativeType}${index === 0 ? '' : ` (${index + 1})`}`;
				return [name, { format, nativeType, body, event: eventOf(format, body) }] as const;
			}),
		),
	);

export function eventOf(format: RecorderFormat, body: JsonObject): RecorderEvent {
	const parsed = format.parse(body);
	if (parsed.status === 'invalid') throw new Error(JSON.stringify(parsed.issues));
	return parsed.normalise({ receivedAt: RECEIVED_AT, mapPath: unmappedPaths });
}

export function formatById(id: string): RecorderFormat {
	const format = formats.find((candidate) => candidate.id === id);
	if (format === undefined) throw new Error(`No format ${id}`);
	return format;
}

/** The sample of one event type. */
export function sampleOf(formatId: string, nativeType: string): SampleEvent {
	const found = everyEvent.find(
		([, sample]) => sample.format.id === formatId && sample.nativeType === nativeType,
	);
	if (found === undefined) throw new Error(`No sample of ${formatId} ${nativeType}`);
	return found[1];
}
