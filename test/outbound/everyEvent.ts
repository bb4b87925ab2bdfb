import type { JsonObject } from '../../formats/json';
import type { RecorderEvent } from '../../formats/recorderEvent';
import type { RecorderFormat } from '../../formats/recorderFormat';
import { formatById as find, formatsOf, recorders } from '../../formats/registry';
import { eventOf } from '../formats/parsing';

export { eventOf, RECEIVED_AT } from '../formats/parsing';

export const formats = formatsOf(recorders);

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

export function formatById(id: string): RecorderFormat {
	const format = find(id);
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
