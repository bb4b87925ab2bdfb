import { basic, type BasicAuthentication } from './basic';
import { header, type HeaderAuthentication } from './header';
import { hmac, type HmacAuthentication } from './hmac';
import { liveKitToken, type LiveKitTokenAuthentication } from './liveKitToken';
import { none, type NoAuthentication } from './none';
import { owncast, type OwncastAuthentication } from './owncast';
import { query, type QueryAuthentication } from './query';
import type { OutgoingRequest, ReceivedRequest } from './requests';
import type {
	AuthenticationResult,
	Scheme,
	SecretPlaces,
	SigningContext,
	StoredFields,
} from './scheme';
import { standardWebhooks, type StandardWebhooksAuthentication } from './standardWebhooks';
import { tencentCloud, type TencentCloudAuthentication } from './tencentCloud';
import { unreadable, type UnreadableAuthentication } from './unreadable';

/** Every way of proving who sent a request, by its name. */
interface Authentications {
	readonly none: NoAuthentication;
	readonly query: QueryAuthentication;
	readonly header: HeaderAuthentication;
	readonly basic: BasicAuthentication;
	readonly hmac: HmacAuthentication;
	readonly standardWebhooks: StandardWebhooksAuthentication;
	readonly liveKitToken: LiveKitTokenAuthentication;
	readonly owncast: OwncastAuthentication;
	readonly tencentCloud: TencentCloudAuthentication;
	readonly unreadable: UnreadableAuthentication;
}

type Mode = keyof Authentications;
type AuthenticationBy<M extends Mode> = { [K in M]: { readonly mode: K } & Authentications[K] }[M];

/** How the sender of a request and its receiver recognise each other. */
export type Authentication = AuthenticationBy<Mode>;

const schemes: { readonly [M in Mode]: Scheme<AuthenticationBy<M>> } = {
	none,
	query,
	header,
	basic,
	hmac,
	standardWebhooks,
	liveKitToken,
	owncast,
	tencentCloud,
	unreadable,
};

function schemeOf<M extends Mode>(
	authentication: AuthenticationBy<M>,
): Scheme<AuthenticationBy<M>> {
	return schemes[authentication.mode];
}

/** The credential as it is stored, for receiving and sending alike. What can't be read lets nobody in. */
export function readAuthentication(fields: StoredFields): Authentication {
	const { mode = 'query' } = fields;
	return isMode(mode) && mode !== 'none' ? schemes[mode].read(fields) : unreadable.read(fields);
}

function isMode(mode: unknown): mode is Mode {
	return typeof mode === 'string' && Object.hasOwn(schemes, mode);
}

/** Why an authentication can't be used, in words for the person who set it up; null where it can. */
export function authenticationProblem(authentication: Authentication): string | null {
	return schemeOf(authentication).problem(authentication);
}

/** What could be better about an authentication that can be used, such as a secret that is easily guessed; null: nothing. */
export function authenticationAdvice(authentication: Authentication): string | null {
	return schemeOf(authentication).advice(authentication);
}

/** Where secrets are in requests with this authentication, and what they are. */
export function secretPlaces(authentication: Authentication): SecretPlaces {
	return schemeOf(authentication).secretPlaces(authentication);
}

/**
 * Checks the sender's proof. An authentication that can't be used lets nobody in: the sender is told no more than that;
 * {@link authenticationProblem} says why.
 *
 * @param now milliseconds since 1970, for signatures with a timestamp
 */
export function authenticate(
	request: ReceivedRequest,
	authentication: Authentication,
	now: number,
): AuthenticationResult {
	const scheme = schemeOf(authentication);
	return scheme.problem(authentication) === null
		? scheme.verify(request, authentication, now)
		: { ok: false, status: 503, message: NOT_SET_UP };
}

/** What a sender is told where the trigger's own settings keep it from taking anything. */
export const NOT_SET_UP = 'This trigger is not set up completely; the log of n8n says more';

/** The request with its proof. To be called anew for each attempt: timestamp and signature are fresh, the id is not. */
export function authorise(
	request: OutgoingRequest,
	authentication: Authentication,
	context: SigningContext,
): OutgoingRequest {
	return schemeOf(authentication).sign(request, authentication, context);
}
