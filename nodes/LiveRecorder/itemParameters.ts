import type { IExecuteFunctions } from 'n8n-workflow';

import { isJsonObject } from '../../formats/json';
import { type ParsedJson, parseJson } from '../../formats/parseJson';
import { errorMessage } from '../shared/errorMessage';

/** A parameter that can't be used as it is: what is wrong, in words for the person who set it. */
export class ParameterProblem extends Error {
	override readonly name = 'ParameterProblem';
}

/** JSON as it was given: text tells more than an object does. */
export type GivenJson = Pick<ParsedJson, 'value' | 'inexact'>;

/** The parameters of one item, read as the types they are meant to have: expressions can give anything. */
export interface ItemParameters {
	text(name: string): string;
	number(name: string): number;
	/** An object, or any JSON text. */
	json(name: string): GivenJson;
	/** The input item's own JSON. */
	item(): unknown;
	/** Whatever it is. */
	value(name: string): unknown;
	/** An entry of the options collection, or undefined where the user hasn't added it. */
	option(name: string): unknown;
	textOption(name: string): string | undefined;
	numberOption(name: string): number | undefined;
	booleanOption(name: string): boolean | undefined;
}

/** Reads the parameters of one item after the other. What is the same for all items is asked for once. */
export function parameterReader(context: IExecuteFunctions): (itemIndex: number) => ItemParameters {
	const { parameters } = context.getNode();
	const constants = new Map<string, unknown>();
	return (itemIndex) =>
		parametersOf(context, itemIndex, (name, read) => {
			if (constants.has(name)) return constants.get(name);
			const value = read();
			if (isConstant(parameters[name])) constants.set(name, value);
			return value;
		});
}

/** What no expression gives: for a thousand items n8n would look it up a thousand times. */
function isConstant(parameter: unknown): boolean {
	if (typeof parameter === 'string') return !parameter.startsWith('=');
	if (typeof parameter === 'number' || typeof parameter === 'boolean') return true;
	return isJsonObject(parameter) && Object.keys(parameter).length === 0;
}

function parametersOf(
	context: IExecuteFunctions,
	itemIndex: number,
	once: (name: string, read: () => unknown) => unknown,
): ItemParameters {
	const value = (name: string): unknown =>
		once(name, () => context.getNodeParameter(name, itemIndex));
	let options: unknown;
	const option = (name: string): unknown => {
		options ??= once('options', () => context.getNodeParameter('options', itemIndex, {}));
		return isJsonObject(options) && Object.hasOwn(options, name) ? options[name] : undefined;
	};
	return {
		value,
		option,
		text: (name) => textOf(value(name), name),
		number: (name) => numberOf(value(name), name),
		json: (name) => jsonOf(value(name), name),
		item: () => context.getInputData()[itemIndex]?.json,
		textOption: (name) => optional(option(name), name, textOf),
		numberOption: (name) => optional(option(name), name, numberOf),
		booleanOption: (name) => optional(option(name), name, booleanOf),
	};
}

function optional<T>(
	value: unknown,
	name: string,
	read: (value: unknown, name: string) => T,
): T | undefined {
	return value === undefined || value === null ? undefined : read(value, name);
}

function textOf(value: unknown, name: string): string {
	if (value === undefined || value === null) return '';
	if (typeof value === 'object') throw new ParameterProblem(`'${name}' must be text`);
	return String(value);
}

function numberOf(value: unknown, name: string): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && Number.isFinite(number)) return number;
	throw new ParameterProblem(`'${name}' must be a number`);
}

function booleanOf(value: unknown, name: string): boolean {
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new ParameterProblem(`'${name}' must be true or false`);
}

function jsonOf(value: unknown, name: string): GivenJson {
	if (typeof value === 'string') {
		try {
			return parseJson(value);
		} catch (error) {
			const reason = errorMessage(error, 'unreadable');
			return fail(`'${name}' is no JSON (${reason.slice(0, 200)})`);
		}
	}
	if (isJsonObject(value)) return { value, inexact: [] };
	return fail(`'${name}' must be a JSON object`);
}

function fail(message: string): never {
	throw new ParameterProblem(message);
}
