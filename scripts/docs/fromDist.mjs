/** What was built: the formats, and an instance of each trigger. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPO_FOLDER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const require = createRequire(import.meta.url);
if (!existsSync(join(REPO_FOLDER, 'dist'))) {
	console.error('There is no dist folder yet. Run `npm run build` first.');
	process.exit(1);
}
const fromDist = (path) => require(join(REPO_FOLDER, 'dist', path));

export const { recorders, formatsOf } = fromDist('formats/registry.js');
export const { eventKinds, kindTitle, schemaOfKind } = fromDist('formats/recorderEvent.js');
export const { withLocalPaths } = fromDist('inbound/localPaths.js');
export const { createPathMapping } = fromDist('inbound/pathMapping.js');
export const { sampleSession } = fromDist('nodes/trigger/sampleSession.js');
export const { SESSION_COMPLETED } = fromDist('nodes/trigger/parameters/sessions.js');
export const { abilitiesOf, connectedRecorders } = fromDist('apis/connect.js');
export const { z } = require('zod/v4');
export const prettier = require('prettier');

/** The descriptions of all triggers. */
export const triggers = require(join(REPO_FOLDER, 'package.json'))
	.n8n.nodes.map((path) => /(\w+)\.node\.js$/.exec(path)[1])
	.filter((name) => name.endsWith('Trigger'))
	.map((name) => new (fromDist(`nodes/${name}/${name}.node.js`)[name])().description);

const ofOneRecorder = triggers.filter(({ name }) => name !== 'liveRecorderTrigger');

/** The trigger that takes one recorder and nothing else; its name begins as the recorder's id does. */
export function triggerOf({ id }) {
	const start = id.replaceAll('-', '').toLowerCase();
	const trigger = ofOneRecorder.find(({ name }) => name.toLowerCase().startsWith(start));
	if (trigger === undefined) throw new Error(`No trigger's name begins with '${start}'`);
	return trigger;
}

/** The recorder that a trigger is for; undefined for the one that takes all. */
export function recorderOf(triggerName) {
	return recorders.find((recorder) => triggerOf(recorder).name === triggerName);
}
