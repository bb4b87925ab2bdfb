import { isJsonObject, type JsonValue } from '../formats/json';
import { KEPT_AS_TEXT } from '../formats/parseJson';
import { leavesOf } from './leaves';

/**
 * Where a payload has text for what the recorder wrote as a number: by the warnings of the item that it came in. Only where the
 * payload still says what the item's `raw` says.
 */
export function longNumbersOf(item: unknown, payload: JsonValue): readonly string[] {
	if (!isJsonObject(item) || !Array.isArray(item.warnings)) return [];
	const told = item.warnings.flatMap((warning) =>
		isJsonObject(warning) && warning.message === KEPT_AS_TEXT && typeof warning.path === 'string'
			? [warning.path]
			: [],
	);
	if (told.length === 0) return [];
	const [original, now] = [leavesOf(item.raw), leavesOf(payload)];
	return told.filter((path) => original.has(path) && original.get(path) === now.get(path));
}
