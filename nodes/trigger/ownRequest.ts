import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

/**
 * n8n saves what a node remembers with each request that the node gets, and at no other time that a node could choose. What is to
 * outlive the process and came about without a request is saved by one that the trigger sends to itself: to where the last
 * one came in, with a secret that only this process has.
 */

const HEADER = 'x-live-recorder-save';

/** Made anew with each process. */
const secret = Buffer.from(randomBytes(32).toString('base64url'));

/** Where requests come in, by node id. */
const addresses = new Map<string, string>();

const TIMEOUT_MILLISECONDS = 10_000;

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

/** Keeps in mind where this node's requests come in. */
export function noteAddress(nodeId: string, { socket, originalUrl }: Request): void {
	const { localAddress, localPort } = socket;
	if (localAddress === undefined || localPort === undefined) return;
	const address = localAddress.replace(/^::ffff:/, '');
	const host = address.includes(':') ? `[${address}]` : address;
	const protocol = Reflect.get(socket, 'encrypted') === true ? 'https' : 'http';
	const [path = ''] = originalUrl.split('?');
	addresses.set(nodeId, `${protocol}://${host}:${localPort}${path}`);
}

/** Did this process send the request, to have the state saved? */
export function isOwnRequest({ headers }: Pick<Request, 'headers'>): boolean {
	const given = headers[HEADER];
	if (typeof given !== 'string') return false;
	const bytes = Buffer.from(given);
	return bytes.length === secret.length && timingSafeEqual(bytes, secret);
}

/**
 * Has n8n save the state of a node. Where no request came in since n8n was started, or the request fails, the state is saved with
 * the next one that does.
 */
export async function saveByRequest(
	context: Pick<ITriggerFunctions | IWebhookFunctions, 'helpers' | 'logger'>,
	nodeId: string,
): Promise<void> {
	const url = addresses.get(nodeId);
	if (url === undefined) return;
	try {
		await context.helpers.httpRequest({
			method: 'POST',
			url,
			headers: { [HEADER]: secret.toString() },
			body: {},
			timeout: TIMEOUT_MILLISECONDS,
			// The certificate is that of n8n's public name, not of the address.
			skipSslCertificateValidation: true,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
		});
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		context.logger.debug(`Live Recorder trigger: saved with the next event (${reason})`);
	}
}
