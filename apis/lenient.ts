import { z } from 'zod/v4';

/**
 * Members of answers that a call can do without: of another type in a newer release, they read as null and break nothing.
 */

/** Of a title of megabytes, each event of its room would have a copy. */
const LONGEST_TEXT = 10_000;
const LONGEST_ID = 200;

export const text = z.string().max(LONGEST_TEXT).nullish().catch(null);
export const number = z.number().nullish().catch(null);
export const flag = z.boolean().nullish().catch(null);

/** An id that must be there, as it is written. */
export const writtenId = z.union([z.string().min(1).max(LONGEST_ID), z.number()]);

/** An id as text: recorders write them as numbers and as texts. '' and 0 stand for none. */
export const id = z
	.union([z.string().max(LONGEST_ID), z.number()])
	.nullish()
	.catch(null)
	.transform((value) => {
		const written = value === null || value === undefined ? '' : String(value);
		return written === '' || written === '0' ? null : written;
	});

/** A number that may be written as text. */
export const amount = z
	.union([z.number(), z.string()])
	.nullish()
	.catch(null)
	.transform((value) => {
		if (value === null || value === undefined || value === '') return null;
		const read = Number(value);
		return Number.isFinite(read) && read >= 0 ? read : null;
	});

/** A member that is an object, of which again any member may be missing. */
export function part<S extends z.core.$ZodLooseShape>(shape: S) {
	return z.looseObject(shape).nullish().catch(null);
}

/** A list of whatever: its elements are looked at one by one, as it may be long. */
export const list = z.array(z.unknown());
