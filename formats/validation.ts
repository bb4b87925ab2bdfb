import { z } from 'zod/v4';

import { formatPath, isJsonObject, type PathSegment } from './json';

/*
 * Payloads by their zod schemas, but walked here: zod makes an issue for each of a million wrong elements, and a checked
 * copy of what is right. Most payloads fit, and telling so takes a tenth of the time that zod needs; the others cost no more
 * than their number of values, whatever is wrong with them. Each single value is still zod's to judge and to find words for.
 */

/** What is wrong with a payload, and where: `{ path: 'EventData.RoomId', message: 'Invalid input: expected number' }`. */
export interface Issue {
	readonly path: string;
	readonly message: string;
}

/** As many issues as a payload is told of; the last one may speak for all others. */
export const MAX_ISSUES = 50;

/** What a schema says of payloads. */
export interface Validator<T> {
	/** Whether the schema takes a value and gives it back unchanged. */
	fits(value: unknown): value is T;
	/**
	 * The value without what is wrong in it, and what was: at most {@link MAX_ISSUES}. It fits if only optional members and
	 * elements of lists were odd. The value itself isn't changed, and only what lies on the way to what is cut is copied.
	 */
	mend(value: unknown): { readonly mended: unknown; readonly issues: readonly Issue[] };
}

/**
 * The validator of a schema of loose objects, arrays, tuples, records, unions and single values.
 *
 * @throws TypeError for a schema made of anything else: defaults, transforms, objects that drop members
 */
export function validatorOf<S extends z.ZodType>(schema: S): Validator<z.infer<S>> {
	const rule = ruleOf(schema);
	return {
		fits: (value): value is z.infer<S> => rule.fits(value),
		mend(value) {
			const report = new Report();
			const mended = rule.mend(value, report);
			return { mended, issues: report.issues() };
		},
	};
}

/** A schema, compiled. */
interface Rule {
	readonly fits: (value: unknown) => boolean;
	/** The value, a copy without what is wrong in it, or {@link WRONG} where nothing of it is right. */
	mend(value: unknown, report: Report): unknown;
}

const WRONG = Symbol('wrong');

class Report {
	private readonly listed: Issue[] = [];
	private count = 0;
	private readonly path: PathSegment[] = [];

	/** Reports on a part of what is looked at. */
	within(segment: PathSegment, rule: Rule, value: unknown): unknown {
		this.path.push(segment);
		const mended = rule.mend(value, this);
		this.path.pop();
		return mended;
	}

	/** A value that a schema doesn't take, in zod's words. What zod would change is taken as changed. */
	refuse(schema: z.core.$ZodType, value: unknown): unknown {
		if (this.isFull()) {
			this.count++;
			return WRONG;
		}
		const result = z.core.safeParse(schema, value);
		if (result.success) return result.data;
		this.addAll(result.error.issues);
		return WRONG;
	}

	addAll(issues: ReadonlyArray<{ path?: readonly PropertyKey[]; message?: string }>): void {
		for (const { path = [], message = 'Invalid input' } of issues) {
			this.count++;
			if (this.isFull()) continue;
			this.listed.push({ path: formatPath([...this.path, ...path]), message });
		}
	}

	isListed(path: readonly PropertyKey[]): boolean {
		const text = formatPath([...this.path, ...path]);
		return this.listed.some((issue) => issue.path === text);
	}

	private isFull(): boolean {
		return this.listed.length >= MAX_ISSUES - 1;
	}

	issues(): readonly Issue[] {
		const others = this.count - this.listed.length;
		if (others === 0) return this.listed;
		return [...this.listed, { path: '', message: `${others} more like these` }];
	}
}

/** Recorders' schemas share their parts. */
const rules = new WeakMap<z.core.$ZodType, Rule>();

function ruleOf(schema: z.core.$ZodType): Rule {
	const known = rules.get(schema);
	if (known !== undefined) return known;
	const rule = withChecks(schema, ofType(schema));
	rules.set(schema, rule);
	return rule;
}

function ofType(schema: z.core.$ZodType): Rule {
	if (schema instanceof z.core.$ZodString && schema._zod.def.coerce !== true) {
		return ofValue(schema, (value) => typeof value === 'string');
	}
	if (schema instanceof z.core.$ZodNumber && schema._zod.def.coerce !== true) {
		return ofValue(schema, Number.isFinite);
	}
	if (schema instanceof z.core.$ZodBoolean && schema._zod.def.coerce !== true) {
		return ofValue(schema, (value) => typeof value === 'boolean');
	}
	if (schema instanceof z.core.$ZodNull) return ofValue(schema, (value) => value === null);
	if (schema instanceof z.core.$ZodUnknown) return ofValue(schema, () => true);
	if (schema instanceof z.core.$ZodLiteral || schema instanceof z.core.$ZodEnum) {
		const values: ReadonlySet<unknown> = schema._zod.values;
		const [only] = values;
		return ofValue(
			schema,
			values.size === 1 ? (value) => value === only : (value) => values.has(value),
		);
	}
	if (schema instanceof z.core.$ZodLazy) return ruleOf(schema._zod.innerType);
	if (schema instanceof z.core.$ZodNullable) return orElse(null, schema._zod.def.innerType);
	if (schema instanceof z.core.$ZodOptional) {
		const { innerType } = schema._zod.def;
		return innerType instanceof z.core.$ZodNullable && hasNoChecks(innerType)
			? orNothing(innerType._zod.def.innerType)
			: orElse(undefined, innerType);
	}
	if (schema instanceof z.core.$ZodUnion) return ofUnion(schema);
	if (schema instanceof z.core.$ZodArray)
		return ofList(schema, [], ruleOf(schema._zod.def.element));
	if (schema instanceof z.core.$ZodTuple) {
		const { items, rest } = schema._zod.def;
		return ofList(schema, items.map(ruleOf), rest === null ? null : ruleOf(rest));
	}
	if (schema instanceof z.core.$ZodObject) {
		const { shape, catchall } = schema._zod.def;
		if (catchall instanceof z.core.$ZodUnknown) return ofMembers(schema, shape);
	}
	if (schema instanceof z.core.$ZodRecord && schema._zod.def.keyType instanceof z.core.$ZodString) {
		return ofRecord(schema, ruleOf(schema._zod.def.valueType));
	}
	throw new TypeError(`A payload's schema can't have a part of type '${schema._zod.def.type}'`);
}

function ofValue(schema: z.core.$ZodType, fits: (value: unknown) => boolean): Rule {
	return { fits, mend: (value, report) => (fits(value) ? value : report.refuse(schema, value)) };
}

function orElse(nothing: null | undefined, innerType: z.core.$ZodType): Rule {
	const inner = ruleOf(innerType);
	return {
		fits: (value) => value === nothing || inner.fits(value),
		mend: (value, report) => (value === nothing ? value : inner.mend(value, report)),
	};
}

/** `nullish`, as nearly all members are: both in one step. */
function orNothing(innerType: z.core.$ZodType): Rule {
	const inner = ruleOf(innerType);
	return {
		fits: (value) => value === undefined || value === null || inner.fits(value),
		mend: (value, report) =>
			value === undefined || value === null ? value : inner.mend(value, report),
	};
}

function hasNoChecks({ _zod: { def } }: z.core.$ZodType): boolean {
	return def.checks === undefined || def.checks.length === 0;
}

function ofUnion(schema: z.core.$ZodUnion): Rule {
	const options = schema._zod.def.options.map(ruleOf);
	const fits = (value: unknown) => options.some((option) => option.fits(value));
	return {
		fits,
		mend(value, report) {
			if (fits(value)) return value;
			if (typeof value !== 'object' || value === null) return report.refuse(schema, value);
			// Each option would have its own issues with each of its values: too many to ask zod.
			report.addAll([{}]);
			return WRONG;
		},
	};
}

/** An array (no items, all by the rule for the rest) or a tuple. */
function ofList(schema: z.core.$ZodType, items: readonly Rule[], rest: Rule | null): Rule {
	const fits = (value: unknown): value is unknown[] => {
		if (!Array.isArray(value) || value.length < items.length) return false;
		if (rest === null && value.length > items.length) return false;
		// Not by `every`, which passes over what a sparse array lacks.
		for (let index = 0; index < value.length; index++) {
			if ((items[index] ?? rest)?.fits(value[index]) !== true) return false;
		}
		return true;
	};
	return {
		fits,
		mend(value, report) {
			const hasRoom = Array.isArray(value) && (rest !== null || value.length <= items.length);
			if (!hasRoom)
				return report.refuse(schema, Array.isArray(value) ? value.slice(0, 100) : value);
			const elements: readonly unknown[] = value;
			let copy: unknown[] | null = null;
			for (let index = 0; index < elements.length; index++) {
				const rule = items[index] ?? rest;
				const element = elements[index];
				const mended = rule === null ? WRONG : report.within(index, rule, element);
				if (mended !== element) copy ??= elements.slice(0, index);
				if (mended !== WRONG) copy?.push(mended);
			}
			const kept = copy ?? elements;
			// Too short as it came: zod has the words, and need not look at more than the first elements.
			if (copy === null && kept.length < items.length) return report.refuse(schema, kept);
			return kept;
		},
	};
}

function ofMembers(schema: z.core.$ZodType, shape: z.core.$ZodShape): Rule {
	const members = Object.entries(shape).map(([name, member]) => {
		const rule = ruleOf(member);
		return { name, rule, fits: rule.fits };
	});
	return {
		fits(value) {
			if (!isJsonObject(value)) return false;
			for (const { name, fits } of members) if (!fits(value[name])) return false;
			return true;
		},
		mend(value, report) {
			if (!isJsonObject(value)) return report.refuse(schema, value);
			let copy: Record<string, unknown> | null = null;
			for (const { name, rule } of members) {
				const member = value[name];
				const mended = report.within(name, rule, member);
				if (mended === member) continue;
				copy ??= { ...value };
				if (mended === WRONG) delete copy[name];
				else copy[name] = mended;
			}
			return copy ?? value;
		},
	};
}

function ofRecord(schema: z.core.$ZodType, rule: Rule): Rule {
	return {
		fits: (value) =>
			isJsonObject(value) && Object.values(value).every((member) => rule.fits(member)),
		mend(value, report) {
			if (!isJsonObject(value)) return report.refuse(schema, value);
			const kept = Object.entries(value)
				.map(([name, member]) => [name, report.within(name, rule, member)] as const)
				.filter(([, member]) => member !== WRONG);
			return Object.fromEntries(kept);
		},
	};
}

/** Length, format and our own refinements, by zod's own implementation of them. */
function withChecks(schema: z.core.$ZodType, rule: Rule): Rule {
	const checks = [...(schema._zod.def.checks ?? [])];
	// Some schemas are a check themselves: z.int(), z.uuid().
	if (schema instanceof z.core.$ZodCheck) checks.unshift(schema);
	if (checks.length === 0) return rule;
	const fits = checks.map(testOf).reduce<Rule['fits']>(both, rule.fits);
	const isOfValue = schema instanceof z.core.$ZodString || schema instanceof z.core.$ZodNumber;
	if (isOfValue) return ofValue(schema, fits);
	return {
		fits,
		mend(value, report) {
			const mended = rule.mend(value, report);
			// Refinements rely on what the schema promises.
			if (!rule.fits(mended) || fits(mended)) return mended;
			const result = z.core.safeParse(schema, mended);
			if (result.success) return result.data;
			// What was cut already has its issue; a refinement that misses it says nothing new.
			report.addAll(result.error.issues.filter(({ path }) => !report.isListed(path)));
			return result.error.issues.reduce<unknown>((left, { path }) => cut(left, path), mended);
		},
	};
}

function both(first: Rule['fits'], second: Rule['fits']): Rule['fits'] {
	return (value) => first(value) && second(value);
}

/** Whether a value that is of the schema's type passes a check. The checks of nearly all members, without zod's bookkeeping. */
function testOf(check: z.core.$ZodCheck<never>): Rule['fits'] {
	if (check instanceof z.core.$ZodCustom) {
		const { fn } = check._zod.def;
		return (value) => fn(value) === true;
	}
	if (check instanceof z.core.$ZodCheckMinLength) {
		const { minimum } = check._zod.def;
		return (value) =>
			(typeof value === 'string' || Array.isArray(value)) && value.length >= minimum;
	}
	if (check instanceof z.core.$ZodNumberFormat && check._zod.def.format === 'safeint') {
		return Number.isSafeInteger;
	}
	return (value) => passes(check, value);
}

function passes(check: z.core.$ZodCheck<never>, value: unknown): boolean {
	const payload: z.core.ParsePayload = { value, issues: [] };
	const pending = Reflect.apply(check._zod.check, check, [payload]);
	return pending === undefined && payload.issues.length === 0 && payload.value === value;
}

/** A copy without what a path leads to. */
function cut(value: unknown, [first, ...others]: readonly PropertyKey[]): unknown {
	if (first === undefined) return WRONG;
	if (Array.isArray(value)) {
		const elements: readonly unknown[] = value;
		return elements.flatMap((element, index) => {
			const left = index === first ? cut(element, others) : element;
			return left === WRONG ? [] : [left];
		});
	}
	if (!isJsonObject(value) || typeof first !== 'string') return value;
	const copy: Record<string, unknown> = { ...value };
	const left = cut(copy[first], others);
	if (left === WRONG) delete copy[first];
	else copy[first] = left;
	return copy;
}
