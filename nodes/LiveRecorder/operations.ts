import { randomUUID } from 'node:crypto';

import type { IDataObject } from 'n8n-workflow';

import type { DeliveryProfile } from '../../formats/delivery';
import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/json';
import type { MapPath } from '../../formats/paths';
import { parseTimestamp } from '../../formats/time';
import type { EventWarning } from '../../formats/recorderEvent';
import type {
	InvalidEvent,
	Issue,
	ParsedEvent,
	RecorderFormat,
} from '../../formats/recorderFormat';
import { formatsOf, recorders } from '../../formats/registry';
import { decode } from '../../inbound/decode';
import { convert } from '../../outbound/convert';
import {
	contentsOf,
	type Delivery,
	deliver,
	type DeliveryPolicy,
	type DeliveryResult,
	type DeliveryTools,
	describeRequest,
	parseUrls,
	parseWaits,
	policyOf,
	type PolicyOverrides,
} from '../../outbound/deliver';
import { bodyFromFields, eventFields } from '../../outbound/eventFields';
import { freshSample } from '../../outbound/freshSample';
import { authenticationProblem, type TargetAuthentication } from '../../outbound/sign';
import { type SessionPlan, simulate, type SimulatedRequest } from '../../outbound/simulate';
import { pathMappingFrom } from '../shared/pathMapping';
import { errorMessage } from './errorMessage';
import { type ItemParameters, ParameterProblem } from './itemParameters';

/** What came of one item. */
export type Outcome =
	| { readonly ok: true; readonly items: readonly IDataObject[] }
	| {
			readonly ok: false;
			readonly message: string;
			/** What to do about it. */
			readonly description: string;
			/** Of the target's last answer, where one came. */
			readonly httpCode: string | null;
			/** True where a target failed, and not the item or its parameters. */
			readonly ofTarget: boolean;
			/** What the item says when the workflow goes on all the same. */
			readonly details: IDataObject;
	  };

/** What an operation needs beside its parameters. */
export interface OperationTools extends DeliveryTools {
	authentication(): Promise<TargetAuthentication>;
}

/** What came of an item by reading its parameters, or what is left to do. */
export type Plan = Outcome | (() => Promise<Outcome>);

/**
 * Reads an item's parameters and does what can be done at once: everything but sending. Apart from sending, so that mistakes
 * in any item are known before anything goes out, and because n8n evaluates expressions faster without requests in between.
 */
export function planOperation(parameters: ItemParameters, tools: OperationTools): Plan {
	const operation = parameters.text('operation');
	switch (operation) {
		case 'build':
			return build(parameters, tools);
		case 'convert':
			return convertEvent(parameters, tools);
		case 'parse':
			return parse(parameters, tools);
		case 'send':
			return send(parameters, tools);
		case 'simulate':
			return simulateSession(parameters, tools);
		default:
			throw new ParameterProblem(`There is no operation '${operation}'`);
	}
}

/** An event ready to go out. */
interface Outgoing {
	readonly format: RecorderFormat;
	readonly nativeType: string;
	readonly body: JsonObject;
	readonly identity: string;
	readonly warnings: readonly EventWarning[];
}

type Prepared = { readonly ok: true; readonly event: Outgoing } | Extract<Outcome, { ok: false }>;

function failure(
	message: string,
	description: string,
	details: IDataObject = {},
): Extract<Outcome, { ok: false }> {
	return { ok: false, message, description, httpCode: null, ofTarget: false, details };
}

function listed(issues: readonly Issue[]): string {
	return issues
		.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
		.join('; ');
}

function formatOf(parameters: ItemParameters): RecorderFormat {
	const id = parameters.text('format');
	const format = formatsOf(recorders).find((candidate) => candidate.id === id);
	if (format !== undefined) return format;
	const known = formatsOf(recorders).map((candidate) => candidate.id);
	throw new ParameterProblem(`There is no format '${id}'; there are ${known.join(', ')}`);
}

function utcOffsetMinutes(parameters: ItemParameters): number {
	const text = parameters.textOption('utcOffset') ?? '+08:00';
	const match = /^([+-])(\d{1,2}):?([0-5]\d)?$/.exec(text.trim());
	const [, sign, hours, minutes = '0'] = match ?? [];
	const offset = Number(hours) * 60 + Number(minutes);
	if (match === null || offset > 14 * 60) {
		throw new ParameterProblem(`'${text}' is no UTC offset; write it as +08:00`);
	}
	return sign === '-' ? -offset : offset;
}

/** The body that Build and Send are asked for: from fields, from JSON or a sample. */
function prepare(parameters: ItemParameters, tools: OperationTools): Prepared {
	const format = formatOf(parameters);
	const nativeType = parameters.text('event');
	const definition = format.events.get(nativeType);
	if (definition === undefined) {
		const known = [...format.events.keys()].join(', ');
		throw new ParameterProblem(`${format.title} has no event '${nativeType}'; it has ${known}`);
	}
	const content = parameters.text('content');
	if (content === 'json') {
		const body = parameters.json('body');
		return check(format, nativeType, body);
	}
	const freshness = {
		id: randomUUID(),
		now: tools.now(),
		utcOffsetMinutes: utcOffsetMinutes(parameters),
	};
	const sample =
		content === 'sample' && parameters.booleanOption('keepSample') === true
			? definition.samples[0]
			: (freshSample(format, nativeType, freshness) ?? undefined);
	if (sample === undefined) {
		throw new ParameterProblem(`There is no sample of '${nativeType}': give the body as JSON`);
	}
	if (content === 'sample') return check(format, nativeType, sample);

	const given = parameters.value('fields.value');
	const fields = eventFields(format, nativeType) ?? [];
	const filled = bodyFromFields(sample, fields, isJsonObject(given) ? given : {});
	return filled.ok ? check(format, nativeType, filled.body) : invalid(nativeType, filled.issues);
}

function invalid(nativeType: string, issues: readonly Issue[]): Extract<Outcome, { ok: false }> {
	return failure(
		`This is no valid '${nativeType}' event: ${listed(issues)}`,
		'Correct the members named here. To see a valid event, set Content to Sample.',
		{ issues: [...issues] },
	);
}

function check(format: RecorderFormat, nativeType: string, body: JsonValue): Prepared {
	const parsed = format.parse(body);
	if (parsed.status === 'invalid' || !isJsonObject(body)) {
		return invalid(nativeType, parsed.status === 'invalid' ? parsed.issues : []);
	}
	if (parsed.nativeType !== nativeType) {
		return failure(
			`The body is a '${parsed.nativeType}' event, but Event says '${nativeType}'`,
			'Choose the event that the body is, or give another body.',
		);
	}
	const { identity, warnings } = parsed;
	return { ok: true, event: { format, nativeType, body, identity, warnings } };
}

function summaryOf({ format, nativeType, body, warnings }: Outgoing): IDataObject {
	return { format: format.id, nativeType, body, warnings: [...warnings] };
}

function build(parameters: ItemParameters, tools: OperationTools): Outcome {
	const prepared = prepare(parameters, tools);
	if (!prepared.ok) return prepared;
	const { event } = prepared;
	const request = contentsOf(profileFrom(parameters, event.format), event.body)(1);
	return { ok: true, items: [{ ...summaryOf(event), request }] };
}

function send(parameters: ItemParameters, tools: OperationTools): Plan {
	const prepared = prepare(parameters, tools);
	if (!prepared.ok) return prepared;
	const { event } = prepared;
	return sendOne(event, targetOf(parameters, event.format), summaryOf(event), tools);
}

/** Sends one event; `summary` is what its item says beside how the sending went. */
function sendOne(
	event: Pick<Outgoing, 'body' | 'identity'>,
	target: Target,
	summary: IDataObject,
	tools: OperationTools,
): Plan {
	return async () => {
		const report = await deliverEvent(event, target, await authenticationFrom(tools), tools);
		return outcomeOf({ ...summary, ...report.json }, report, target);
	};
}

/** Where and how events are sent: the same for all events of an item. */
interface Target {
	readonly urls: readonly string[];
	readonly profile: DeliveryProfile;
	readonly policy: DeliveryPolicy;
	/** A failed delivery is no failure of the item. */
	readonly neverError: boolean;
}

function targetOf(parameters: ItemParameters, format: RecorderFormat): Target {
	const parsed = parseUrls(parameters.text('urls'));
	if (!parsed.ok) throw new ParameterProblem(`${parsed.message}: set URLs, one on each line`);
	const profile = profileFrom(parameters, format);
	return {
		urls: parsed.urls,
		profile,
		policy: policyFrom(parameters, profile),
		neverError: parameters.booleanOption('neverError') === true,
	};
}

async function authenticationFrom(tools: OperationTools): Promise<TargetAuthentication> {
	const authentication = await tools.authentication();
	const problem = authenticationProblem(authentication);
	if (problem !== null) throw new ParameterProblem(`${problem}: complete the credential`);
	return authentication;
}

/** As the recorder sends it, or as a form where it can be set to send one. */
function profileFrom(parameters: ItemParameters, format: RecorderFormat): DeliveryProfile {
	if (parameters.booleanOption('asForm') !== true) return format.delivery;
	if (format.formDelivery !== null) return format.formDelivery;
	throw new ParameterProblem(`${format.title} is never sent as a form: remove 'Send As Form'`);
}

function policyFrom(parameters: ItemParameters, profile: DeliveryProfile): DeliveryPolicy {
	const attempts = parameters.numberOption('attempts');
	const waits = parameters.textOption('waits');
	const timeoutSeconds = parameters.numberOption('timeoutSeconds');
	const successCodes = parameters.textOption('successCodes');
	const honourRetryAfter = parameters.booleanOption('honourRetryAfter');
	if (attempts !== undefined && (!Number.isInteger(attempts) || attempts < 1 || attempts > 100)) {
		throw new ParameterProblem("'attempts' must be a whole number from 1 to 100");
	}
	if (timeoutSeconds !== undefined && (timeoutSeconds <= 0 || timeoutSeconds > 3600)) {
		throw new ParameterProblem("'timeoutSeconds' must be more than 0 and at most 3600");
	}
	const read = (): PolicyOverrides => ({
		...(attempts === undefined ? {} : { attempts }),
		...(waits === undefined ? {} : { waitsSeconds: parseWaits(waits) }),
		...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
		...(successCodes === undefined ? {} : { successCodes }),
		...(honourRetryAfter === undefined ? {} : { honourRetryAfter }),
	});
	try {
		return policyOf(profile, read());
	} catch (error) {
		return unusable(errorMessage(error, 'The options can’t be read'));
	}
}

function unusable(reason: string): never {
	throw new ParameterProblem(reason);
}

interface Report {
	readonly results: readonly DeliveryResult[];
	readonly json: IDataObject;
}

async function deliverEvent(
	{ body, identity }: Pick<Outgoing, 'body' | 'identity'>,
	{ urls, profile, policy }: Target,
	authentication: TargetAuthentication,
	tools: OperationTools,
): Promise<Report> {
	const delivery: Delivery = {
		contentOf: contentsOf(profile, body),
		identity,
		authentication,
		policy,
	};
	const [firstUrl = ''] = urls;
	const request = describeRequest(delivery, firstUrl, tools.now());
	const results = await deliver(delivery, urls, tools);
	return {
		results,
		json: {
			delivered: results.every((result) => result.delivered),
			request: { ...request },
			deliveries: results.map((result) => ({ ...result, attempts: [...result.attempts] })),
		},
	};
}

function outcomeOf(json: IDataObject, report: Report, { neverError }: Target): Outcome {
	const failed = report.results.filter(({ delivered }) => !delivered);
	const [first] = failed;
	if (first === undefined || neverError) return { ok: true, items: [json] };
	return targetFailure(failed, first, report.results.length, json);
}

function targetFailure(
	failed: readonly DeliveryResult[],
	first: DeliveryResult,
	total: number,
	details: IDataObject,
): Outcome {
	const attempts = first.attempts.length;
	const reason = first.attempts.at(-1)?.error ?? 'Cancelled';
	const where = total === 1 ? '' : ` to ${failed.length} of ${total} URLs`;
	return {
		ok: false,
		message: `The event could not be delivered${where}: ${reason}`,
		description: `${first.url} was tried ${attempts === 1 ? 'once' : `${attempts} times`}. ${adviceFor(first)}${first.answer === null ? '' : ` It answered: ${first.answer.slice(0, 300)}`}`,
		httpCode: first.status === null ? null : String(first.status),
		ofTarget: true,
		details,
	};
}

function adviceFor({ status }: DeliveryResult): string {
	if (status === null) {
		return 'Check the URL, and that the target is running and can be reached from n8n.';
	}
	if (status >= 300 && status < 400) return 'Give the address that the redirect leads to.';
	if (status === 401 || status === 403) return 'Check the credential.';
	if (status === 404)
		return 'Check the URL; the Production URL of an n8n workflow answers when it is published.';
	return 'To go on all the same, switch on Never Error in the options.';
}

function convertEvent(parameters: ItemParameters, tools: OperationTools): Plan {
	const format = formatOf(parameters);
	const given = parameters.json('recorderEvent');
	const conversion = convert(given, format, { utcOffsetMinutes: utcOffsetMinutes(parameters) });
	switch (conversion.status) {
		case 'invalid':
			return failure(
				`This is no RecorderEvent: ${listed(conversion.issues)}`,
				'Give an item of a recorder trigger, with Simplify switched off, or of the operation Parse.',
				{ issues: [...conversion.issues] },
			);
		case 'unsupported':
			if (parameters.text('noCounterpart') === 'skip') return { ok: true, items: [] };
			return failure(
				conversion.message,
				'Choose another format, or set If There Is No Counterpart to Pass Over.',
			);
		case 'converted': {
			const { nativeType, body, identity, lost } = conversion;
			const json = { format: format.id, nativeType, body, lost: [...lost] };
			if (parameters.text('delivery') !== 'send') return { ok: true, items: [json] };
			return sendOne({ body, identity }, targetOf(parameters, format), json, tools);
		}
	}
}

function parse(parameters: ItemParameters, tools: OperationTools): Outcome {
	const decoded = decodeGiven(parameters.value('rawBody'));
	const parsed = decoded.ok ? parseAs(parameters.text('recorder'), decoded.body) : null;
	if (decoded.ok && parsed?.status === 'event') {
		const receivedAt = new Date(tools.now()).toISOString();
		const normalised = parsed.normalise({ receivedAt, mapPath: pathMappingOf(parameters) });
		const warnings = [...decoded.warnings, ...normalised.warnings];
		return { ok: true, items: [{ ...normalised, warnings }] };
	}
	const report = {
		format: parsed === null ? null : parsed.format.id,
		nativeType: parsed?.nativeType ?? null,
		issues: decoded.ok ? issuesOf(parsed) : [{ path: '', message: decoded.message }],
		body: decoded.ok ? decoded.body : null,
	};
	if (parameters.text('invalid') === 'report') return { ok: true, items: [report] };
	return failure(
		`The body is no valid recorder event: ${listed(report.issues)}`,
		'Give the body as the recorder sent it, or choose its recorder. To go on all the same, set If It Is Invalid to Report.',
		report,
	);
}

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
		addresses: [],
	});
}

function formOrJson(text: string): string {
	return /^[\w%.-]+=/.test(text) ? 'application/x-www-form-urlencoded' : 'application/json';
}

/** The event by the first of the recorder's formats that recognises the body; null where none does. */
function parseAs(recorderId: string, body: JsonValue): ParsedEvent | InvalidEvent | null {
	const among =
		recorderId === 'any' ? recorders : recorders.filter((recorder) => recorder.id === recorderId);
	if (among.length === 0) throw new ParameterProblem(`There is no recorder '${recorderId}'`);
	const format = formatsOf(among).find((candidate) => candidate.recognise(body));
	return format === undefined ? null : format.parse(body);
}

function simulateSession(parameters: ItemParameters, tools: OperationTools): Plan {
	const format = formatOf(parameters);
	const plan = planFrom(parameters, tools.now());
	const target = parameters.text('delivery') === 'send' ? targetOf(parameters, format) : null;
	const { requests } = simulate(format, plan);
	if (requests.length === 0) {
		return failure(
			'Nothing is left of the session',
			'Choose a format that has events for a live stream, or lower Lost Events in Percent.',
		);
	}
	const summaryOfRequest = ({ body, nativeType, note, delaySeconds }: SimulatedRequest) => ({
		format: format.id,
		nativeType,
		body,
		note,
		delaySeconds,
	});
	if (target === null) return { ok: true, items: requests.map(summaryOfRequest) };

	return async () => {
		const authentication = await authenticationFrom(tools);
		const items: IDataObject[] = [];
		const failed: DeliveryResult[] = [];
		for (const request of requests) {
			await tools.sleep(request.delaySeconds);
			if (tools.isCancelled()) break;
			const report = await deliverEvent(request, target, authentication, tools);
			failed.push(...report.results.filter(({ delivered }) => !delivered));
			items.push({ ...summaryOfRequest(request), ...report.json });
		}
		const [first] = failed;
		if (first === undefined || target.neverError) return { ok: true, items };
		return targetFailure(failed, first, items.length * target.urls.length, { items });
	};
}

function planFrom(parameters: ItemParameters, now: number): SessionPlan {
	const start = parameters.textOption('start') ?? '';
	const seed = parameters.textOption('seed') ?? '';
	const percent = (name: string): number =>
		within(parameters.numberOption(name) ?? 0, 0, 100, name);
	return {
		roomId: textOrNull(parameters.text('roomId')),
		streamerName: textOrNull(parameters.text('streamerName')),
		title: textOrNull(parameters.text('title')),
		files: Math.trunc(within(parameters.number('files'), 1, 500, 'files')),
		fileSeconds: 60 * within(parameters.number('minutesPerFile'), 0.1, 1440, 'minutesPerFile'),
		secondsBetweenEvents: within(
			parameters.number('secondsBetweenEvents'),
			0,
			3600,
			'secondsBetweenEvents',
		),
		seed: seed === '' ? randomUUID() : seed,
		startsAt: start === '' ? now : startOf(start),
		utcOffsetMinutes: utcOffsetMinutes(parameters),
		shuffle: parameters.booleanOption('shuffle') ?? false,
		repeatPercent: percent('repeatPercent'),
		retryPercent: percent('retryPercent'),
		lossPercent: percent('lossPercent'),
	};
}

function textOrNull(text: string): string | null {
	const trimmed = text.trim();
	return trimmed === '' ? null : trimmed;
}

function within(value: number, least: number, most: number, name: string): number {
	if (value >= least && value <= most) return value;
	throw new ParameterProblem(`'${name}' must be from ${least} to ${most}`);
}

/** A time as the editor's date picker gives it (without an offset: UTC), or with an offset. */
function startOf(text: string): number {
	const withOffset = /[zZ]|[+-]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`;
	const time = parseTimestamp(withOffset) ?? Number.NaN;
	const latest = Date.UTC(9000, 0);
	return Number.isNaN(time) || time < 0 || time > latest
		? unusable(`'${text}' is no time such as 2026-05-01T20:00:00+08:00`)
		: time;
}
