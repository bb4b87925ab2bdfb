import { hash } from 'node:crypto';

/** A UUID (version 8, RFC 9562) made of the given parts: the same for the same parts. */
export function uuidOf(parts: ReadonlyArray<string | null>): string {
	const digits = hash('sha256', JSON.stringify(parts), 'hex');
	const variant = '89ab'.charAt(Number.parseInt(digits.charAt(16), 16) % 4);
	return [
		digits.slice(0, 8),
		digits.slice(8, 12),
		`8${digits.slice(13, 16)}`,
		`${variant}${digits.slice(17, 20)}`,
		digits.slice(20, 32),
	].join('-');
}
