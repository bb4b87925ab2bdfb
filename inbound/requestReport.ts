import { isCredentialHeader, isCredentialParameter } from '../authentication/credentialNames';
import { createRedactor, proofsIn, REDACTED, type Redactor } from '../authentication/redactor';
import type { ReceivedRequest } from '../authentication/requests';
import { type Authentication, secretPlaces } from '../authentication/schemes';
import { isJsonObject } from '../formats/json';

/** A request's headers and query as they go into an item. */
export interface RequestReport {
	readonly headers: Readonly<Record<string, string | string[]>>;
	readonly query: Readonly<Record<string, ReportedValue>>;
}

/** What n8n's parser makes of a query: texts, lists, and objects of them. */
export type ReportedValue = string | ReportedValue[] | { [name: string]: ReportedValue };

/**
 * A request's headers and query without credentials: without the headers that carry any, this trigger's or other people's, and
 * with `***` where a secret stands in what is left (in a URL that a proxy passes on, say), in whatever spelling.
 */
export function reportRequest(
	request: ReceivedRequest,
	authentication: Authentication,
): RequestReport {
	const places = secretPlaces(authentication);
	const secretHeaders = new Set(places.headers.map((name) => name.toLowerCase()));
	const isSecretHeader = (name: string): boolean =>
		secretHeaders.has(name) || isCredentialHeader(name);
	const redactor = createRedactor(
		places,
		proofsIn(request.headers, isSecretHeader),
		proofsIn(request.query, isCredentialParameter),
	);

	const headers: Array<[string, string | string[]]> = [];
	for (const [name, value] of Object.entries(request.headers)) {
		if (value === undefined || isSecretHeader(name)) continue;
		headers.push([
			redactor.text(name),
			typeof value === 'string' ? redactor.text(value) : value.map(redactor.text),
		]);
	}
	const query = Object.entries(request.query).filter(([name]) => !places.parameters.includes(name));
	return { headers: Object.fromEntries(headers), query: redactedMembers(query, redactor, 0) };
}

/** n8n's parser nests no deeper than 5. */
const DEEPEST = 8;

function redactedMembers(
	members: ReadonlyArray<readonly [string, unknown]>,
	redactor: Redactor,
	depth: number,
): Record<string, ReportedValue> {
	return Object.fromEntries(
		members.map(([name, value]) => [
			redactor.text(name),
			isCredentialParameter(name) ? REDACTED : redactedValue(value, redactor, depth),
		]),
	);
}

function redactedValue(value: unknown, redactor: Redactor, depth: number): ReportedValue {
	if (depth > DEEPEST) return REDACTED;
	if (Array.isArray(value)) return value.map((each) => redactedValue(each, redactor, depth + 1));
	if (isJsonObject(value)) return redactedMembers(Object.entries(value), redactor, depth + 1);
	return redactor.text(String(value));
}
