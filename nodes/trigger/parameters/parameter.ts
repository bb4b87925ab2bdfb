import type { INode, INodeProperties } from 'n8n-workflow';

import type { TriggerChoices } from '../triggerChoices';

/** A parameter of a trigger: how the editor shows it, what it is unless set, and what its value means. */
export interface Parameter<T> {
	/** As n8n reads it: `rooms`, `options.claimHours`. */
	readonly path: string;
	/** What it is unless it is set. */
	readonly default: INodeProperties['default'];
	/** Its entry in the node; null for a trigger that lacks it. */
	describe(choices: TriggerChoices): INodeProperties | null;
	/**
	 * What a value means.
	 *
	 * @throws UnreadableParameter where it means nothing: a setting that can't be read must close the door, not open it
	 */
	read(value: unknown, choices: TriggerChoices): T;
}

/** A parameter that means nothing as it is set, in words for n8n's log. */
export class UnreadableParameter extends Error {
	override readonly name = 'UnreadableParameter';
}

/** A parameter of its own. */
export function parameter<T>(
	property: INodeProperties,
	meaning: (value: unknown) => T,
): Parameter<T> {
	return {
		path: property.name,
		default: property.default,
		describe: () => property,
		read: meaning,
	};
}

/** A parameter among the trigger's options. */
export function option<T>(property: INodeProperties, meaning: (value: unknown) => T): Parameter<T> {
	return { ...parameter(property, meaning), path: `options.${property.name}` };
}

/** As much of n8n's contexts as reading parameters needs. */
export interface ParameterSource {
	getNode(): INode;
	getNodeParameter(path: string, fallback: INodeProperties['default']): unknown;
}

/** What a parameter of the trigger is set to; throws where that can't be read. */
export type ReadParameter = <T>(subject: Parameter<T>) => T;

/**
 * Reads parameters of a trigger.
 *
 * @param read reads those that are wanted, and gives what they come to
 * @returns what `read` gives, or the first parameter that can't be read
 */
export function readParameters<T>(
	source: ParameterSource,
	choices: TriggerChoices,
	read: (parameterOf: ReadParameter) => T,
): T | Misconfiguration {
	let name = '';
	try {
		return read((subject) => {
			name = subject.describe(choices)?.displayName ?? subject.path;
			const value: unknown = source.getNodeParameter(subject.path, subject.default);
			// What is empty is what the parameter is unless set; but who wrote an expression wanted it to give something.
			if (isExpression(source.getNode(), subject.path) && isNothing(value)) {
				throw new UnreadableParameter('its expression gives nothing');
			}
			return subject.read(value, choices);
		});
	} catch (error) {
		return new Misconfiguration(
			`${name}: ${error instanceof Error ? error.message : String(error)}`,
		);
	}
}

/** Why a trigger can't receive anything as it is set, in words for n8n's log. */
export class Misconfiguration {
	constructor(readonly reason: string) {}
}

function isExpression({ parameters }: INode, path: string): boolean {
	let raw: unknown = parameters;
	for (const name of path.split('.')) {
		if (typeof raw === 'string') break;
		raw = Reflect.get(Object(raw), name);
	}
	return typeof raw === 'string' && raw.startsWith('=');
}

function isNothing(value: unknown): boolean {
	if (Array.isArray(value)) return value.length === 0;
	return value === null || value === undefined || (typeof value === 'string' && !/\S/.test(value));
}

/** A value in words, for n8n's log: its type where it may be long or secret. */
export function described(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object' && value !== null) return 'an object';
	return typeof value === 'string' ? `'${value.slice(0, 50)}'` : String(value);
}

/** One of several values, each with what it means. */
export function oneOf<T>(meanings: Readonly<Record<string, T>>): (value: unknown) => T {
	const byValue = new Map(Object.entries(meanings));
	return (value) => {
		const meaning = typeof value === 'string' ? byValue.get(value) : undefined;
		if (meaning !== undefined) return meaning;
		const expected = [...byValue.keys()].map((each) => `'${each}'`).join(' or ');
		throw new UnreadableParameter(`${described(value)} is not ${expected}`);
	};
}

/** Yes or no; as text, too, which is what variables of n8n hold. */
export function yesOrNo(value: unknown): boolean {
	if (typeof value === 'boolean') return value;
	if (value === 'true') return true;
	if (value === 'false') return false;
	throw new UnreadableParameter(`${described(value)} is not true or false`);
}

/** A number; as text, too, which is what variables of n8n hold. */
export function number(value: unknown): number {
	const isText = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value);
	const read = typeof value === 'number' || isText ? Number(value) : Number.NaN;
	if (Number.isFinite(read)) return read;
	throw new UnreadableParameter(`${described(value)} is no number`);
}

/** The texts of a list, or one text; null where there is something else among them. */
export function textsIn(value: unknown): string[] | null {
	const texts: string[] = [];
	const entries: unknown[] = Array.isArray(value) ? value : [value];
	for (const entry of entries) {
		if (typeof entry === 'number' && Number.isFinite(entry)) texts.push(String(entry));
		else if (typeof entry === 'bigint') texts.push(String(entry));
		else if (typeof entry === 'string') texts.push(entry);
		else return null;
	}
	return texts;
}
