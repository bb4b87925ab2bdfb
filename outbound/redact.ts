import { type Authentication, secretPlaces } from '../authentication/schemes';

/** What stands where a secret was. */
export const REDACTED = '***';

/** Query parameters whose values are most likely secrets, whoever put them into the URL. */
const SECRET_PARAMETER = /secret|token|key|pass|pwd|auth|sign|credential/i;

/** Takes secrets out of what people get to see: outputs, errors, logs. */
export interface Redactor {
	url(url: string): string;
	headers(headers: Readonly<Record<string, string>>): Record<string, string>;
	/** Any text that may repeat a secret, e.g. the target's answer. */
	text(text: string): string;
}

/** A redactor for requests that are authenticated this way. */
export function createRedactor(authentication: Authentication): Redactor {
	const places = secretPlaces(authentication);
	const secretTexts = places.texts.flatMap(spellings).filter((text) => text !== '');
	const secretHeaders = new Set(
		[...places.headers, 'Authorization'].map((name) => name.toLowerCase()),
	);

	const redactUrl = (address: string): string => {
		if (!URL.canParse(address)) return REDACTED;
		const url = new URL(address);
		if (url.username !== '') url.username = REDACTED;
		if (url.password !== '') url.password = REDACTED;
		const names = url.search === '' ? [] : new Set(url.searchParams.keys());
		for (const name of names) {
			if (places.parameters.includes(name) || SECRET_PARAMETER.test(name)) {
				url.searchParams.set(name, REDACTED);
			}
		}
		return redactText(url.href);
	};
	const redactText = (text: string): string =>
		secretTexts.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);

	return {
		url: redactUrl,
		text: redactText,
		headers: (headers) =>
			Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name,
					secretHeaders.has(name.toLowerCase()) ? REDACTED : value,
				]),
			),
	};
}

/** A secret as it is, and as it stands in a query and in basic auth. */
function spellings(secret: string): readonly string[] {
	const inQuery = new URLSearchParams([['', secret]]).toString().slice(1);
	return [secret, inQuery, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
}
