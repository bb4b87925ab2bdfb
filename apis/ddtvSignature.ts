import { createHash } from 'node:crypto';

/**
 * The signature of DDTV 5 (APIS 4): SHA-1, in lower case hex, over all parameters and the secret as `name=value`, sorted by name,
 * names in lower case, values as they are, joined by `;`.
 *
 * @param parameters with access_key_id and time, without sig
 */
export function ddtvSignature(
	parameters: Readonly<Record<string, string>>,
	secret: string,
): string {
	const signed = Object.entries({ ...parameters, access_key_secret: secret })
		.map(([name, value]): [string, string] => [name.toLowerCase(), value])
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, value]) => `${name}=${value}`)
		.join(';');
	return createHash('sha1').update(signed, 'utf8').digest('hex');
}
