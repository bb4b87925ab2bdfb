import { z } from 'zod/v4';

import { isJsonObject } from './json';

/**
 * Whether a value fits a schema just as it is. Most payloads do, and telling so takes a tenth of the time that zod needs
 * to make a checked copy. Where the answer is no, zod has the say: it may still take the value, or knows what is wrong.
 */

/** True: the schema takes the value and gives it back unchanged. False: only zod can tell. */
type Fits = (value: unknown) => boolean;

/** A quick test of whether zod would take a value and change nothing. Derived from the schema, so nothing is written twice. */
export function fitsAsItIs<S extends z.ZodType>(
	schema: S,
): (value: unknown) => value is z.infer<S> {
	const fits = compile(schema);
	return (value): value is z.infer<S> => fits(value);
}

function compile(schema: z.core.$ZodType): Fits {
	const fits = ofType(schema);
	const checks = [...(schema._zod.def.checks ?? [])];
	// Some schemas are a check themselves: z.int(), z.uuid().
	if (schema instanceof z.core.$ZodCheck) checks.unshift(schema);
	if (checks.length === 0) return fits;
	return (value) => fits(value) && checks.every((check) => passes(check, value));
}

function ofType(schema: z.core.$ZodType): Fits {
	if (schema instanceof z.core.$ZodString && schema._zod.def.coerce !== true) return isString;
	if (schema instanceof z.core.$ZodNumber && schema._zod.def.coerce !== true) {
		return Number.isFinite;
	}
	if (schema instanceof z.core.$ZodBoolean && schema._zod.def.coerce !== true) return isBoolean;
	if (schema instanceof z.core.$ZodUnknown) return isAnything;
	if (schema instanceof z.core.$ZodLiteral || schema instanceof z.core.$ZodEnum) {
		const values: ReadonlySet<unknown> = schema._zod.values;
		return (value) => values.has(value);
	}
	if (schema instanceof z.core.$ZodNullable) {
		const inner = compile(schema._zod.def.innerType);
		return (value) => value === null || inner(value);
	}
	if (schema instanceof z.core.$ZodOptional) {
		const inner = compile(schema._zod.def.innerType);
		return (value) => value === undefined || inner(value);
	}
	if (schema instanceof z.core.$ZodUnion) {
		const options = schema._zod.def.options.map(compile);
		return (value) => options.some((fits) => fits(value));
	}
	if (schema instanceof z.core.$ZodArray) {
		const element = compile(schema._zod.def.element);
		return (value) => Array.isArray(value) && fitsTuple(value, [], element);
	}
	if (schema instanceof z.core.$ZodTuple) {
		const items = schema._zod.def.items.map(compile);
		const rest = schema._zod.def.rest === null ? null : compile(schema._zod.def.rest);
		return (value) => Array.isArray(value) && fitsTuple(value, items, rest);
	}
	if (schema instanceof z.core.$ZodObject) {
		const { shape, catchall } = schema._zod.def;
		if (catchall instanceof z.core.$ZodUnknown) return ofMembers(shape);
	}
	// Whatever else there is: zod itself, as far as it changes nothing.
	return (value) => {
		const result = z.core.safeParse(schema, value);
		return result.success && result.data === value;
	};
}

function ofMembers(shape: z.core.$ZodShape): Fits {
	const members = Object.entries(shape).map(([name, member]) => ({ name, fits: compile(member) }));
	return (value) => {
		if (!isJsonObject(value)) return false;
		for (const { name, fits } of members) if (!fits(value[name])) return false;
		return true;
	};
}

/** A tuple whose last items may be missing is left to zod. */
function fitsTuple(value: readonly unknown[], items: readonly Fits[], rest: Fits | null): boolean {
	if (value.length < items.length || (rest === null && value.length > items.length)) return false;
	// Not by `every`, which passes over what a sparse array lacks.
	for (const [index, element] of value.entries()) {
		if ((items[index] ?? rest)?.(element) !== true) return false;
	}
	return true;
}

/** Length, format and our own refinements, by zod's own implementation of them. */
function passes(check: z.core.$ZodCheck<never>, value: unknown): boolean {
	const payload: z.core.ParsePayload = { value, issues: [] };
	const pending = Reflect.apply(check._zod.check, check, [payload]);
	return pending === undefined && payload.issues.length === 0 && payload.value === value;
}

const isString: Fits = (value) => typeof value === 'string';
const isBoolean: Fits = (value) => typeof value === 'boolean';
const isAnything: Fits = () => true;
