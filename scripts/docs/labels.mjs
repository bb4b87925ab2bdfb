/** Names of parameters that a document shortens: who looks for them in the editor should find them letter by letter. */

import { triggers } from './fromDist.mjs';

/** The names of all parameters and options in some properties, however deep. */
function namesIn(properties) {
	return properties.flatMap(({ displayName, options = [], values = [] }) => [
		...(displayName === undefined ? [] : [displayName]),
		...namesIn(options.filter((option) => 'displayName' in option)),
		...namesIn(values),
	]);
}

/** @param {Map<string, string>} documents text by path */
export function shortenedLabels(documents) {
	const withUnits = new Set(
		triggers.flatMap(({ properties }) => namesIn(properties)).filter((name) => name.endsWith(')')),
	);
	const whole = new Map([...withUnits].map((name) => [name.replace(/ \([^)]*\)$/, ''), name]));
	return [...documents].flatMap(([file, text]) =>
		[...text.matchAll(/\*\*([^*\n]+)\*\*/g)]
			.filter(([, label]) => whole.has(label))
			.map(([, label]) => `${file}: ${label} is called ${whole.get(label)}`),
	);
}
