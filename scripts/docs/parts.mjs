/** The generated parts of the documents, by the names of their markers. */

import {
	abilitiesOf,
	connectedRecorders,
	eventKinds,
	formatsOf,
	kindTitle,
	recorders,
	triggerOf,
	triggers,
} from './fromDist.mjs';
import { itemTables } from './itemTables.mjs';
import { anchorOf, code, escapeText, table } from './markdown.mjs';

const eventsOf = (recorder) => formatsOf([recorder]).flatMap(({ events }) => [...events.values()]);

/** Which trigger is whose, and where to read on. */
function recorderList(words) {
	return table(
		[words.recorder, words.trigger, words.readOn],
		recorders.map((recorder) => {
			const title = words.recorderTitle(recorder.title);
			const anchor = anchorOf(title);
			const setup = `[${words.setup}](docs/${words.recorderPage}#${anchor})`;
			const events = `[${words.events}](docs/${words.reference}#${anchor})`;
			return [title, `**${triggerOf(recorder).displayName}**`, setup + words.comma + events];
		}),
	);
}

/** What a person needs to set up each recorder. */
function recorderSections(words) {
	const sentence = (text) => `${escapeText(words.translate(text))}${words.fullStop}`;
	return recorders
		.map((recorder) => {
			const title = words.recorderTitle(recorder.title);
			const events = `${words.reference}#${anchorOf(title)}`;
			const node = triggerOf(recorder).displayName;
			return [
				`## ${title}`,
				`**${node}** ${words.links(events, recorder.documentation)}`,
				recorder.setup.map((text, index) => `${index + 1}. ${sentence(text)}`).join('\n'),
				`${words.goodToKnow}${words.colon.trim()}`,
				recorder.limits.map((text) => `- ${sentence(text)}`).join('\n'),
			].join('\n\n');
		})
		.join('\n\n');
}

/** Which recorder says which kind. */
function kindTable(words) {
	const shortTitle = ({ title }) => title.replace(/ \(.*/, '');
	const says = (kind) => (recorder) => eventsOf(recorder).some((event) => event.kind === kind);
	return table(
		[words.kind, words.meaning, words.from],
		eventKinds
			.filter((kind) => kind !== 'unknown')
			.map((kind) => [
				code(kind),
				words.kindTitle(kindTitle(kind)),
				recorders.filter(says(kind)).map(shortTitle).join(words.comma) || words.theTriggers,
			]),
	);
}

/** Each recorder's events, a table per format. */
function eventSections(words) {
	return recorders
		.map((recorder) =>
			[
				`### ${words.recorderTitle(recorder.title)}`,
				...recorder.formats.map((format) => eventTable(format, words)),
			].join('\n\n'),
		)
		.join('\n\n');
}

function eventTable(format, words) {
	const events = [...format.events].map(([nativeType, event]) => ({ nativeType, event }));
	const rows = events
		.filter(({ event }) => !event.housekeeping)
		.map(({ nativeType, event: { title, kind, description } }) => [
			title,
			code(nativeType),
			code(kind),
			words.translate(description),
		]);
	const chatter = events.filter(({ event }) => event.housekeeping).map(({ event }) => event.title);
	return [
		`**${format.title}** (\`${format.id}\`)`,
		table([words.event, words.nativeType, words.kind, words.when], rows),
		...(chatter.length === 0
			? []
			: [`${words.housekeeping}${words.colon}${chatter.join(words.comma)}${words.fullStop}`]),
	].join('\n\n');
}

/** What each recorder's API can do. */
function connectedTable(words) {
	const abilities = Object.entries(words.abilities);
	return table(
		[words.recorder, ...abilities.map(([, title]) => title)],
		connectedRecorders.map((recorder) => {
			const able = abilitiesOf(recorder);
			return [
				words.recorderTitle(recorder.title),
				...abilities.map(([ability]) => (able.has(ability) ? '✓' : '')),
			];
		}),
	);
}

/** Parameters and options that triggers have, as the editor explains them. */
function parameterTables(words) {
	const described = (properties) => {
		const byTitle = new Map();
		for (const { displayName, description, type } of properties) {
			if (type === 'notice' || type === 'collection' || byTitle.has(displayName)) continue;
			byTitle.set(displayName, [
				`**${displayName}**`,
				description === undefined ? '' : words.translate(description.replace(/\.$/, '')),
			]);
		}
		return [...byTitle.values()];
	};
	const properties = triggers.flatMap((trigger) => trigger.properties);
	const options = properties
		.filter(({ name }) => name === 'options')
		.flatMap((collection) => collection.options);
	return [
		table([words.parameter, words.whatItDoes], described(properties)),
		table([words.option, words.whatItDoes], described(options)),
	].join('\n\n');
}

const PARTS = {
	connected: connectedTable,
	events: eventSections,
	item: itemTables,
	kinds: kindTable,
	parameters: parameterTables,
	'recorder list': recorderList,
	recorders: recorderSections,
};

/** A document with its generated parts as they must be. `wanted` are the names of the parts it has. */
export function withParts(text, file, wanted, words) {
	const found = [];
	const whole = text.replaceAll(
		/(<!-- generated: (.+?) -->\n)[^]*?(<!-- \/generated -->)/g,
		(_whole, start, name, end) => {
			if (PARTS[name] === undefined) throw new Error(`Nothing is known of the marker '${name}'`);
			found.push(name);
			return `${start}\n${PARTS[name](words)}\n\n${end}`;
		},
	);
	const missing = wanted.filter((name) => !found.includes(name));
	if (missing.length > 0) {
		throw new Error(`${file} lacks <!-- generated: ${missing.join(' -->, <!-- generated: ')} -->`);
	}
	return whole;
}
