import { isJsonObject, type JsonObject, type JsonValue } from '../formats/json';
import { parseJson } from '../formats/parseJson';
import { asciiString, type JsonStyle, writeJson } from '../formats/wire';

/** JSON that stands as text in a member, edited without a change to how the rest of it is written. */

const utf8String = (text: string): string => JSON.stringify(text);

const STYLES: readonly JsonStyle[] = [utf8String, asciiString].flatMap((writeText) =>
	[writeText, (text: string) => writeText(text).replaceAll('/', '\\/')].flatMap((writeString) =>
		[
			{ itemSeparator: ',', nameSeparator: ':' },
			{ itemSeparator: ', ', nameSeparator: ': ' },
		].map((separators) => ({ ...separators, writeString, writeNumber: String })),
	),
);

/**
 * The text of an edited object, in the style of the original text as far as it can be told. Null where the text is no JSON
 * object.
 */
export function editJsonText(
	text: string,
	edit: (object: JsonObject) => JsonObject,
): string | null {
	const parsed = parsedOrNull(text);
	if (parsed === null || !isJsonObject(parsed.value)) return null;
	const { value, inexact } = parsed;
	const numbers = new Set(inexact);
	const write = (object: JsonValue, style: JsonStyle) => writeJson(object, style, numbers);
	const style = STYLES.find((candidate) => write(value, candidate) === text) ?? STYLES[0];
	return style === undefined ? null : write(edit(value), style);
}

function parsedOrNull(text: string): ReturnType<typeof parseJson> | null {
	try {
		return parseJson(text);
	} catch {
		return null;
	}
}

/** What a JSON text says; undefined where it is none. */
export function parsedOrUndefined(text: string): JsonValue | undefined {
	return parsedOrNull(text)?.value;
}
