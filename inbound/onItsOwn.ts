/**
 * The same text with characters of its own, to be remembered: V8 keeps what was cut out of a longer text as a part of that, and all
 * of it in memory. Whoever remembers the room's id of a form would remember the form.
 */
export function onItsOwn(text: string): string {
	const copy: unknown = JSON.parse(JSON.stringify(text));
	return String(copy);
}
