import type { INodeProperties } from 'n8n-workflow';

import { isJsonObject, type JsonValue } from '../../../formats/json';
import { recorderEventSchema } from '../../../formats/recorderEvent';
import type { Issue, Recorder } from '../../../formats/recorderFormat';
import { formatsOf, parseAmong, recorders } from '../../../formats/registry';
import { isoTime } from '../../../formats/time';
import { decode } from '../../../inbound/decode';
import { withLocalPaths } from '../../../inbound/localPaths';
import type { MapPath } from '../../../inbound/pathMapping';
import { pathMappingFrom, pathMappingOption } from '../../shared/pathMapping';
import { type ItemParameters, ParameterProblem } from '../itemParameters';
import { listed } from './eventToSend';
import { failure, itemsOf, type Operation, type Plan } from './operation';
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
		if (!decoded.ok) {
			const issues = [{ path: '', message: decoded.message }];
			return unparsed(parameters, { format: null, nativeType: null, issues, body: null });
		}
		const { body } = decoded;
		const parsed = parseAmong(body, formatsOf(recordersFrom(parameters)), isoTime(now()));
		switch (parsed.status) {
			case 'event': {
				const event = withLocalPaths(parsed.event, pathMappingOf(parameters));
				return itemsOf([{ ...event, warnings: [...decoded.warnings, ...event.warnings] }]);
			}
			case 'invalid': {
				const { format, nativeType, issues } = parsed;
				return unparsed(parameters, { format: format.id, nativeType, issues: [...issues], body });
			}
			case 'unrecognised': {
				const { issues } = parsed;
				return unparsed(parameters, { format: null, nativeType: null, issues: [...issues], body });
			}
		}
	},
};

/** Issues in a message; an item has all of them. */
const ISSUES_IN_MESSAGE = 5;

/** Of a body that is no valid event: the item, or what the node says. */
function unparsed(
	parameters: ItemParameters,
	report: { format: string | null; nativeType: string | null; issues: Issue[]; body: JsonValue },
): Plan {
	if (parameters.text('invalid') === 'report') return itemsOf([report]);
	return failure(
		`The body is no valid recorder event: ${listed(report.issues.slice(0, ISSUES_IN_MESSAGE))}`,
		'Give the body as the recorder sent it, or choose its recorder. To go on all the same, set If It Is Invalid to Report.',
		report,
	);
}

function pathMappingOf(parameters: ItemParameters): MapPath {
	const mapping = parameters.option('pathMapping');
	return pathMappingFrom(isJsonObject(mapping) ? mapping.folders : undefined);
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

function recordersFrom(parameters: ItemParameters): readonly Recorder[] {
	const id = parameters.text('recorder');
	if (id === ANY_RECORDER) return recorders;
	const among = recorders.filter((recorder) => recorder.id === id);
	if (among.length === 0) throw new ParameterProblem(`There is no recorder '${id}'`);
	return among;
}
