import fc from 'fast-check';

/** A way in which a text may be written; `around` is what it stands in where it is encoded together with it. */
export type Spelling = (secret: string, around: { before: string; after: string }) => string;

function percentBytes(text: string, spell: (byte: string) => string): string {
	return [...Buffer.from(text, 'utf8')]
		.map((byte) => spell(byte.toString(16).padStart(2, '0')))
		.join('');
}

function units(text: string, spell: (unit: string) => string): string {
	return Array.from({ length: text.length }, (_, index) =>
		spell(text.charCodeAt(index).toString(16).padStart(4, '0')),
	).join('');
}

function bytesOf(text: string, spell: (byte: number) => string): string {
	return [...Buffer.from(text, 'utf8')].map(spell).join('');
}

const quotedByte = (byte: number): string => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`;

/** In lines of 15 characters, shorter than mails have them. */
const quoted = (text: string): string => (text.match(/(?:=..|[^=]){1,15}/gs) ?? []).join('=\r\n');

const inForm = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const inHtml = (text: string): string =>
	text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
const base64 = (text: string, encoding: BufferEncoding = 'base64'): string =>
	Buffer.from(text, 'utf8').toString(encoding);

/** How secrets are found again in what systems echo. */
export const spellings: Readonly<Record<string, Spelling>> = {
	'as it is': (secret) => secret,
	encodeURIComponent: (secret) => encodeURIComponent(secret),
	'in lower case percent': (secret) => percentBytes(secret, (byte) => `%${byte}`),
	'in upper case percent': (secret) => percentBytes(secret, (byte) => `%${byte.toUpperCase()}`),
	'half in percent': (secret) =>
		[...secret]
			.map((character, index) =>
				index % 2 === 1 || /[^ -~]|%/u.test(character)
					? percentBytes(character, (byte) => `%${byte}`)
					: character,
			)
			.join(''),
	'a form': inForm,
	'a form in a form': (secret) => inForm(inForm(secret)),
	JSON: inJson,
	'JSON with escaped slashes': (secret) => inJson(secret).replaceAll('/', '\\/'),
	'JSON in JSON': (secret) => inJson(inJson(secret)),
	'JSON units': (secret) => units(secret, (unit) => `\\u${unit}`),
	'JSON units in upper case': (secret) => units(secret, (unit) => `\\u${unit.toUpperCase()}`),
	'JSON in a form': (secret) => inForm(inJson(secret)),
	'a form in JSON': (secret) => inJson(inForm(secret)),
	HTML: inHtml,
	'HTML numbers': (secret) => [...secret].map((each) => `&#${each.codePointAt(0)};`).join(''),
	'HTML hex': (secret) =>
		[...secret].map((each) => `&#x${each.codePointAt(0)?.toString(16)};`).join(''),
	'HTML of a form': (secret) => inHtml(inForm(secret)),
	base64: (secret, { before, after }) => base64(`${before}${secret}${after}`),
	'base64 for URLs': (secret, { before, after }) =>
		base64(`${before}${secret}${after}`, 'base64url'),
	'base64 of a form': (secret, { before, after }) => base64(`${before}${inForm(secret)}${after}`),
	'base64 of JSON': (secret, { before, after }) => base64(`${before}${inJson(secret)}${after}`),
	'base64 in a form': (secret, { before, after }) => inForm(base64(`${before}${secret}${after}`)),
	'base64 in JSON': (secret, { before, after }) =>
		base64(`${before}${secret}${after}`).replaceAll('/', '\\/'),
	hex: (secret, { before, after }) => base64(`${before}${secret}${after}`, 'hex'),
	'hex in upper case': (secret, { before, after }) =>
		base64(`${before}${secret}${after}`, 'hex').toUpperCase(),
	octal: (secret) => bytesOf(secret, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
	'octal where it must be': (secret) =>
		secret
			.replaceAll('\\', '\\\\')
			.replaceAll(/[^ -~]/gu, (each) =>
				bytesOf(each, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
			),
	'quoted-printable': (secret) =>
		quoted(secret.replaceAll(/[^ -<>-~]/gu, (each) => bytesOf(each, quotedByte))),
	'quoted-printable of every byte': (secret) => quoted(bytesOf(secret, quotedByte)),
	'UTF-8 read as Latin-1': (secret) => Buffer.from(secret, 'utf8').toString('latin1'),
};

/** Secrets as people have them: of letters and digits mostly, and of anything. */
export const secretTexts = fc
	.oneof(
		fc.stringMatching(/^[A-Za-z0-9_-]{3,40}$/),
		fc.string({ minLength: 3, maxLength: 40 }),
		fc.string({ unit: 'grapheme', minLength: 3, maxLength: 24 }),
	)
	.map((text) => text.trim())
	.filter((text) => text.length >= 3 && text.isWellFormed() && new Set(text).size > 2);

/**
 * What of a secret comes out of a text, read in every way that the spellings above write: a run of eight of its characters, or
 * all of them where it has fewer. Null where nothing does. By other means than the redactor's: the text is decoded whole.
 */
export function leakOf(secret: string, text: string): string | null {
	const readings = new Set([text]);
	for (let round = 0; round < 3; round++) {
		for (const reading of [...readings]) {
			for (const read of readers) readings.add(read(reading));
			for (const run of reading.match(/[A-Za-z0-9+/_-]{4,}/g) ?? []) {
				for (let offset = 0; offset < 4 && round < 2; offset++) {
					readings.add(Buffer.from(run.slice(offset), 'base64').toString('utf8'));
				}
			}
			for (const run of reading.match(/[0-9a-fA-F]{6,}/g) ?? []) {
				for (let offset = 0; offset < 2 && round < 2; offset++) {
					readings.add(Buffer.from(run.slice(offset), 'hex').toString('utf8'));
				}
			}
		}
	}
	const length = Math.min(8, secret.length);
	for (let from = 0; from + length <= secret.length; from++) {
		const part = secret.slice(from, from + length);
		for (const reading of readings) {
			if (reading.includes(part)) return `${part} in ${reading}`;
		}
	}
	return null;
}

const readers: ReadonlyArray<(text: string) => string> = [
	(text) => {
		try {
			return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
		} catch {
			return text;
		}
	},
	(text) => new URLSearchParams(`=${text.replaceAll('&', '%26')}`).get('') ?? '',
	(text) =>
		text.replace(/\\(?:u([0-9a-f]{4})|(.))/gis, (_, unit: string | undefined, letter: string) =>
			unit === undefined ? letter : String.fromCharCode(Number.parseInt(unit, 16)),
		),
	(text) =>
		text.replace(/\\(?:([0-3][0-7]{2})|(.))/gs, (_, byte: string | undefined, letter: string) =>
			byte === undefined ? letter : String.fromCharCode(Number.parseInt(byte, 8)),
		),
	(text) =>
		text
			.replace(/=\r?\n/g, '')
			.replace(/=([0-9A-F]{2})/g, (_, byte: string) =>
				String.fromCharCode(Number.parseInt(byte, 16)),
			),
	(text) =>
		text
			.replace(/&#x([0-9a-f]+);/gi, (_, digits: string) =>
				String.fromCodePoint(Number.parseInt(digits, 16)),
			)
			.replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
			.replaceAll('&lt;', '<')
			.replaceAll('&gt;', '>')
			.replaceAll('&quot;', '"')
			.replaceAll('&amp;', '&'),
	(text) => Buffer.from(text, 'latin1').toString('utf8'),
];
