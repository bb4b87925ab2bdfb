import type { NoApiAnswer } from '../../apis/http';

type Failure = Pick<NoApiAnswer, 'reason' | 'message'>;

const BY_CODE: ReadonlyMap<string, Failure> = new Map<string, Failure>([
	['ECONNREFUSED', { reason: 'unreachable', message: 'Connection refused: nothing listens there' }],
	['ENOTFOUND', { reason: 'unreachable', message: 'The host was not found' }],
	['EAI_AGAIN', { reason: 'unreachable', message: 'The name of the host could not be looked up' }],
	['EHOSTUNREACH', { reason: 'unreachable', message: 'The host could not be reached' }],
	['ENETUNREACH', { reason: 'unreachable', message: 'The network could not be reached' }],
	['ETIMEDOUT', { reason: 'timeout', message: 'The host could not be reached in time' }],
	['ECONNABORTED', { reason: 'timeout', message: 'No answer in time' }],
	['ECONNRESET', { reason: 'closed', message: 'The connection was closed without an answer' }],
	['EPIPE', { reason: 'closed', message: 'The connection was closed without an answer' }],
	['EPROTO', { reason: 'closed', message: 'It does not speak TLS' }],
	['HPE_INVALID_CONSTANT', { reason: 'garbled', message: 'it is no HTTP' }],
]);

/** Codes of Node's HTTP parser, of zlib and of its Brotli: an answer came, and is none. */
const GARBLED = /^(HPE_|Z_|ERR__ERROR_|ERR_BROTLI)/;

/** Why n8n's HTTP client got no answer. Never the client's whole error, which holds the request. */
export function connectionFailure(error: unknown): Failure {
	for (let each: unknown = error, depth = 0; each instanceof Error && depth < 4; depth++) {
		const code: unknown = Reflect.get(each, 'code');
		const known = typeof code === 'string' ? BY_CODE.get(code) : undefined;
		if (known !== undefined) return known;
		if (typeof code === 'string' && GARBLED.test(code)) {
			return { reason: 'garbled', message: firstLine(each.message) };
		}
		if (/^Ssrf/.test(each.name) || /restricted IP|hostname is restricted/i.test(each.message)) {
			return { reason: 'blocked', message: firstLine(each.message) };
		}
		if (/certificate|CERT|SSL/i.test(`${String(code)} ${each.message}`)) {
			return { reason: 'certificate', message: firstLine(each.message) };
		}
		if (/aborted|socket hang up/i.test(each.message)) {
			return { reason: 'closed', message: 'The connection was closed in the middle' };
		}
		each = each.cause;
	}
	return {
		reason: 'unreachable',
		message: error instanceof Error ? firstLine(error.message) : 'The request did not get through',
	};
}

function firstLine(text: string): string {
	return (text.split('\n')[0] ?? '').slice(0, 200);
}
