/**
 * What n8n must bring along, looked for before anything else of this package is loaded: import it first.
 *
 * Node looks for `zod` where this package is installed before it looks at n8n's own (which n8n makes known by NODE_PATH). Another
 * community package may have put an older one there (`~/.n8n/nodes/node_modules/zod`), and Node's own words for that,
 * ERR_PACKAGE_PATH_NOT_EXPORTED, help nobody.
 */

const NEEDED = 'zod/v4';

/** What keeps a module from being loaded, in words that say what to do; null where nothing does. */
export function obstacleTo(load: (name: string) => unknown): string | null {
	try {
		load(NEEDED);
		return null;
	} catch (error) {
		const code: unknown = Reflect.get(Object(error), 'code');
		if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
			return 'n8n-nodes-live-recorder needs zod 3.25 or newer, which n8n brings along, but there is an older one beside it, put there by another community package. Look in the folder .n8n/nodes for who needs it (npm ls zod), update or uninstall that package, and delete node_modules/zod there if it stays. Then start n8n again.';
		}
		if (code === 'MODULE_NOT_FOUND') {
			return 'n8n-nodes-live-recorder needs zod 3.25 or newer, which n8n 1.123 and later bring along: update n8n.';
		}
		return `n8n-nodes-live-recorder needs zod 3.25 or newer, which could not be loaded: ${String(error)}`;
	}
}

const obstacle = obstacleTo((name) => module.require(name));
if (obstacle !== null) throw new Error(obstacle);
