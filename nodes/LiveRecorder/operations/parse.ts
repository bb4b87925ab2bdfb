import type { INodeProperties } from 'n8n-workflow';

import { isJsonObject, type JsonValue } from '../../../formats/json';
import type { MapPath } from '../../../formats/paths';
import { recorderEventSchema } from '../../../formats/recorderEvent';
import type { InvalidEvent, Issue, ParsedEvent } from '../../../formats/recorderFormat';
import { formatsOf, recorders } from '../../../formats/registry';
import { decode } from '../../../inbound/decode';
import { pathMappingFrom, pathMappingOption } from '../../shared/pathMapping';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { listed } from './eventToSend';
import { failure, itemsOf, type Operation } from './operation';
import { optionsParameter } from './spokenFormat';

const ANY_RECORDER = 'any';

const recorderParameter: INodeProperties = {
	displayName: 'Recorder',
	name: 'recorder',
	type: 'options',
	options: [
		{ name: 'Any', value: ANY_RECORDER, description: 'Told by the shape of the body' },
		...recorders.map(({ id, title }) => ({ name: title, value: id })),
	],
	default: ANY_RECORDER,
	description: 'Whose webhook it is',
};

const bodyParameter: INodeProperties = {
	displayName: 'Body',
	name: 'rawBody',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '={{ $json.body }}',
	required: true,
	description:
		'The body as it came: text (JSON or a form) or an object. Text is better, as it keeps every digit of long IDs.',
};

const invalidParameter: INodeProperties = {
	displayName: 'If It Is Invalid',
	name: 'invalid',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'With an error that lists what is wrong',
		},
		{
			name: 'Report',
			value: 'report',
			description: 'As an item with what is wrong and the body',
		},
	],
	default: 'fail',
	description: 'What to do with a body that is no event of this recorder',
};

/** A webhook body that came another way, as a trigger puts it out. */
export const parse: Operation = {
	value: 'parse',
	name: 'Parse',
	description: 'Read a webhook body that came another way',
	action: 'Parse a recorder event',
	parameters: [
		recorderParameter,
		bodyParameter,
		invalidParameter,
		optionsParameter([pathMappingOption]),
	],
	output: recorderEventSchema,
	plan(parameters, { now }) {
		const decoded = decodeGiven(parameters.value('rawBody'));
		const parsed = decoded.ok ? parseAs(parameters.text('recorder'), decoded.body) : null;
		if (decoded.ok && parsed?.status === 'event') {
			const receivedAt = new Date(now()).toISOString();
			const normalised = parsed.normalise({ receivedAt, mapPath: pathMappingOf(parameters) });
			const warnings = [...decoded.warnings, ...normalised.warnings];
			return itemsOf([{ ...normalised, warnings }]);
		}
		const report = {
			format: parsed === null ? null : parsed.format.id,
			nativeType: parsed?.nativeType ?? null,
			issues: decoded.ok ? issuesOf(parsed) : [{ path: '', message: decoded.message }],
			body: decoded.ok ? decoded.body : null,
		};
		if (parameters.text('invalid') === 'report') return itemsOf([report]);
		return failure(
			`The body is no valid recorder event: ${listed(report.issues)}`,
			'Give the body as the recorder sent it, or choose its recorder. To go on all the same, set If It Is Invalid to Report.',
			report,
		);
	},
};

function pathMappingOf(parameters: ItemParameters): MapPath {
	const mapping = parameters.option('pathMapping');
	return pathMappingFrom(isJsonObject(mapping) ? mapping.folders : undefined);
}

function issuesOf(parsed: InvalidEvent | ParsedEvent | null): Issue[] {
	if (parsed?.status === 'invalid') return [...parsed.issues];
	return [{ path: '', message: 'No format recognises this body' }];
}

function decodeGiven(given: unknown): ReturnType<typeof decode> {
	if (isJsonObject(given)) return { ok: true, body: given, warnings: [] };
	if (typeof given !== 'string') {
		return { ok: false, message: 'Expected the body as text or as an object' };
	}
	const text = given.trim();
	// A form has no braces; no recorder sends any other text.
	const contentType = text.startsWith('{') ? 'application/json' : formOrJson(text);
	return decode({
		headers: { 'content-type': contentType },
		query: {},
		body: Buffer.from(text, 'utf8'),
		address: null,
	});
}

function formOrJson(text: string): string {
	return /^[\w%.-]+=/.test(text) ? 'application/x-www-form-urlencoded' : 'application/json';
}

/** The event by the first of the recorder's formats that recognises the body; null where none does. */
function parseAs(recorderId: string, body: JsonValue): ParsedEvent | InvalidEvent | null {
	const among =
		recorderId === ANY_RECORDER ? recorders : recorders.filter(({ id }) => id === recorderId);
	if (among.length === 0) throw new ParameterProblem(`There is no recorder '${recorderId}'`);
	const format = formatsOf(among).find((candidate) => candidate.recognise(body));
	return format === undefined ? null : format.parse(body);
}
