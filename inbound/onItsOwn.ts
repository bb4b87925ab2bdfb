/** Shorter texts V8 copies when they are cut out of another. */
const LEAST_OF_A_PART = 13;

/**
 * The same text with characters of its own, to be remembered: V8 keeps what was cut out of a longer text as a part of that, and all
 * of it in memory. Whoever remembers the room's id of a form would remember the form.
 */
export function onItsOwn(text: string): string {
	if (text.length < LEAST_OF_A_PART) return text;
	// What is cut out of two texts joined is cut out of a copy of both: a part of one that is a character longer.
	return ` ${text}`.slice(1);
}
