/** What n8n's start costs: it loads every node of a package, whether a workflow has it or not. */

import { n8n } from '../../package.json';

const nodesFolder = '../../nodes';
const nodeNames = n8n.nodes.map((file) => file.replace(/^dist\/nodes\/|\.js$/g, ''));

/** Makers of schemas that have parts: the heavy ones. */
const MAKERS = ['object', 'looseObject', 'union', 'tuple', 'record', 'discriminatedUnion'];

/** Loads all nodes as if for the first time, with a count of the schemas made meanwhile and of the modules there are then. */
function loadAll(): { schemas: number; modules: Set<string> } {
	let schemas = 0;
	const modules = new Set<string>();
	jest.isolateModules(() => {
		jest.doMock('zod/v4', () => {
			const actual: { z: object } = jest.requireActual('zod/v4');
			const z = new Proxy(actual.z, {
				get(target, name) {
					if (MAKERS.includes(String(name))) schemas++;
					return Reflect.get(target, name);
				},
			});
			return { ...actual, z };
		});
		for (const seldom of [
			'trigger/receiveWebhook',
			'trigger/livesTrigger',
			'trigger/registration',
			'LiveRecorder/executeItems',
		]) {
			jest.doMock(`${nodesFolder}/${seldom}.ts`, () => {
				modules.add(seldom);
				return {};
			});
		}
		for (const name of nodeNames) {
			const exported: object = jest.requireActual(`${nodesFolder}/${name}`);
			const NodeClass: unknown = Reflect.get(exported, name.replace(/^.*\/|\.node$/g, ''));
			if (typeof NodeClass === 'function') Reflect.construct(NodeClass, []);
		}
	});
	return { schemas, modules };
}

describe('loading every node', () => {
	it('makes hardly any schema, and loads nothing that only receiving or running needs', () => {
		expect(nodeNames.length).toBeGreaterThan(15);
		const { schemas, modules } = loadAll();
		// Those of ids and moments, which all formats share.
		expect(schemas).toBeLessThan(80);
		expect([...modules]).toEqual([]);
	});
});
