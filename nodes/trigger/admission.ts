import type { INode, IWebhookFunctions } from 'n8n-workflow';

import {
	authenticate,
	type Authentication,
	authenticationProblem,
	NOT_SET_UP,
	readAuthentication,
} from '../../authentication/schemes';
import type { Identity } from '../../inbound/claims';
import type { IsAddressAllowed } from '../../inbound/ipAllowList';
import type { Answer } from '../../inbound/receive';
import { headersFrom, type InboundRequest } from '../../inbound/request';
import { WEBHOOK_CREDENTIAL } from '../shared/webhookCredential';
import { authentication as authenticationParameter } from './parameters/authentication';
import { ipAllowList } from './parameters/ipAllowList';
import { Misconfiguration } from './parameters/parameter';
import { SettingsCache } from './settingsCache';
import type { TriggerChoices } from './triggerChoices';

/** A sender that was let in, or the answer to one that wasn't. */
export type Admission =
	| {
			readonly ok: true;
			readonly request: InboundRequest;
			readonly authentication: Authentication;
			/** The message itself, where that is part of what was proven. */
			readonly message: Identity | null;
	  }
	| { readonly ok: false; readonly refusal: Refusal };

/** An answer, and what n8n's log says of it. */
export interface Refusal {
	readonly answer: Answer;
	/** For whoever set it up, not for whoever knows the URL. */
	readonly reason: string;
}

interface Door {
	readonly isAddressAllowed: IsAddressAllowed;
	/** Senders must prove who they are, by the trigger's credential. */
	readonly authenticates: boolean;
}

const doors = new SettingsCache<Door>((parameterOf) => ({
	isAddressAllowed: parameterOf(ipAllowList),
	authenticates: parameterOf(authenticationParameter),
}));

/**
 * Lets a sender in, or not: by its address, then by its proof. Nothing else has happened before that: for a stranger n8n decrypts
 * no credential, reads no body that it hasn't read by itself, evaluates none of the other parameters and opens no connection.
 */
export async function admit(
	context: IWebhookFunctions,
	node: INode,
	choices: TriggerChoices,
	now: number,
): Promise<Admission> {
	const door = doors.read(context, node, choices);
	if (door instanceof Misconfiguration) return misconfigured(door);
	const address = context.getRequestObject().ip ?? null;
	if (!door.isAddressAllowed(address)) {
		return refused(403, 'This address is not on the allow list', 'its address is not on the list');
	}
	const authentication = await authenticationOf(context, door);
	if (authentication instanceof Misconfiguration) return misconfigured(authentication);
	const request = await readRequest(context);
	const proof = authenticate(request, authentication, now);
	if (!proof.ok) return refused(proof.status, proof.message, proof.message, proof.headers);
	return { ok: true, request, authentication, message: messageOf(proof.messageId, authentication) };
}

/** What a claim on a message outlives its proof by: the rest of the last second, and a clock that is set back meanwhile. */
const CLOCK_SECONDS = 60;

/** A message's proof holds for its tolerance, before its time and after: so long the same message can come again. */
function messageOf(messageId: string | null, authentication: Authentication): Identity | null {
	if (messageId === null || authentication.mode !== 'standardWebhooks') return null;
	const windowSeconds = 2 * authentication.toleranceSeconds + CLOCK_SECONDS;
	return { key: `message:${messageId}`, windowSeconds };
}

/** How senders prove who they are, or why nobody can. */
async function authenticationOf(
	context: IWebhookFunctions,
	{ authenticates }: Door,
): Promise<Authentication | Misconfiguration> {
	if (!authenticates) return { mode: 'none' };
	try {
		const authentication = readAuthentication(await context.getCredentials(WEBHOOK_CREDENTIAL));
		const problem = authenticationProblem(authentication);
		return problem === null ? authentication : new Misconfiguration(`Credential: ${problem}`);
	} catch {
		return new Misconfiguration(
			'It asks for authentication, but its credential is missing or cannot be read',
		);
	}
}

/** Refused, not thrown: the sender keeps its event and tries again. */
export function misconfigured({ reason }: Misconfiguration): Extract<Admission, { ok: false }> {
	return refused(503, NOT_SET_UP, reason);
}

function refused(
	status: 401 | 403 | 503,
	message: string,
	reason: string,
	headers: Readonly<Record<string, string>> = {},
): Extract<Admission, { ok: false }> {
	const answer: Answer = { status, headers, body: { status: 'refused', message } };
	return { ok: false, refusal: { answer, reason } };
}

async function readRequest(context: IWebhookFunctions): Promise<InboundRequest> {
	const request = context.getRequestObject();
	// n8n reads the body beforehand for some content types only. What can't be read (cut off, badly compressed, already
	// consumed as multipart) is a body the sender has to answer for, and no reason to store a failed execution.
	if (!Buffer.isBuffer(request.rawBody) && !isMultipart(request.headers['content-type'])) {
		await request.readRawBody().catch(() => {});
	}
	const body = Buffer.isBuffer(request.rawBody) ? request.rawBody : Buffer.alloc(0);
	return {
		headers: headersFrom(request.headersDistinct),
		query: { ...request.query },
		body,
		address: request.ip ?? null,
	};
}

function isMultipart(contentType: string | undefined): boolean {
	return /^multipart\//i.test(contentType ?? '');
}
