import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../../inbound/clock';
import { knownNodeState } from './nodeState';
import { triggerKeyOf } from './triggerKey';

/**
 * n8n saves what a node remembers with each request that the node gets, and at no other time that a node could choose. What is to
 * outlive the process and came about without a request is saved by one that the trigger sends to itself: to where the last
 * one came in, with a secret that only this process has.
 */

const HEADER = 'x-live-recorder-save';

/** Made anew with each process. */
const secret = Buffer.from(randomBytes(32).toString('base64url'));

const TIMEOUT_MILLISECONDS = 10_000;

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

/** As much of n8n's contexts as having the state saved needs. */
export type SavingContext = Pick<
	ITriggerFunctions | IWebhookFunctions,
	'getNode' | 'getWorkflow' | 'helpers' | 'logger'
>;

/** Did this process send the request, to have the state saved? */
export function isOwnRequest({ headers }: Pick<Request, 'headers'>): boolean {
	const given = headers[HEADER];
	if (typeof given !== 'string') return false;
	const bytes = Buffer.from(given);
	return bytes.length === secret.length && timingSafeEqual(bytes, secret);
}

/** The answer to a request of its own: n8n itself answers 200 as well, while it starts. */
export const SAVED = { status: 'saved' } as const;

/** Saves that are asked for, by the triggers' keys. */
const underWay = new Map<string, { again: boolean; readonly done: Promise<boolean> }>();

/**
 * Has n8n save the state of a node, and again if it is asked for meanwhile.
 *
 * @returns false where n8n did not: no request ever came in, or n8n can't be reached where the last one did. Then the state is saved
 *   with the next one that comes
 */
export async function saveByRequest(context: SavingContext): Promise<boolean> {
	const key = triggerKeyOf(context);
	const other = underWay.get(key);
	if (other !== undefined) {
		other.again = true;
		return await other.done;
	}
	const start = async () => {
		// Entered below, before this goes on.
		await Promise.resolve();
		let isSaved: boolean;
		do {
			save.again = false;
			isSaved = await ask(context);
		} while (save.again);
		underWay.delete(key);
		return isSaved;
	};
	const save = { again: false, done: start() };
	underWay.set(key, save);
	return await save.done;
}

/** Waits between the attempts to save: an n8n that was just started doesn't know its webhooks yet. */
const SAVE_AGAIN_MILLISECONDS = [1_000, 3_000, 10_000];

/** Saves, and tries again for a while where that fails; then it is saved with the next request that comes. */
export async function saveUntilSaved(
	save: () => Promise<boolean>,
	clock: Pick<Clock, 'sleep'>,
): Promise<void> {
	for (const wait of SAVE_AGAIN_MILLISECONDS) {
		if (await save()) return;
		await clock.sleep(wait);
	}
}

async function ask(context: SavingContext): Promise<boolean> {
	const url = knownNodeState(context, context.getNode().id)?.parts.address.url ?? null;
	if (url === null) return false;
	try {
		const answer: unknown = await context.helpers.httpRequest({
			method: 'POST',
			url,
			headers: { [HEADER]: secret.toString() },
			body: {},
			json: true,
			timeout: TIMEOUT_MILLISECONDS,
			// The certificate is that of n8n's public name, not of the address.
			skipSslCertificateValidation: true,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
		});
		return Reflect.get(Object(answer), 'status') === SAVED.status;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		context.logger.debug(`Live Recorder trigger: not saved yet (${reason})`);
		return false;
	}
}
