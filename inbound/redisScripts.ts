/** As much of a Redis client as claims need: ioredis has it. */
export interface RedisScripting {
	eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
}

/*
 * A key holds 'kept' or the token of the delivery that has it pending. Redis runs a script as one step. Asked again with the
 * same token, a script changes nothing but how long the key lasts: a command that was sent twice, after a lost connection, or
 * that came too late, does no harm.
 */

/**
 * Claims the key for a token, or tells how it is held: its state, how many milliseconds it still lasts, and what it holds.
 * Another's pending claim is taken over if it is the token in ARGV[3] and lasts ARGV[4] or less: its process was not heard of.
 */
const CLAIM = `
local held = redis.call('GET', KEYS[1])
local lasts = redis.call('PTTL', KEYS[1])
if held == false or held == ARGV[1] or (held == ARGV[3] and lasts <= tonumber(ARGV[4])) then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
	return {'new', tonumber(ARGV[2]), ARGV[1]}
end
return {held == 'kept' and 'repeat' or 'pending', lasts, held}`;

const KEEP = `
local held = redis.call('GET', KEYS[1])
if held == false or held == ARGV[1] then
	redis.call('SET', KEYS[1], 'kept', 'PX', ARGV[2])
	return 'done'
end
return held == 'kept' and 'done' or 'lost'`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('DEL', KEYS[1])
end
return 'done'`;

/** How a key is held. */
export interface Held {
	readonly state: 'new' | 'repeat' | 'pending';
	/** Milliseconds that the key still lasts. */
	readonly lasts: number;
	/** The token of a pending claim. */
	readonly token: string;
}

/** A pending claim of another delivery that may be taken over, if it lasts no longer than so many milliseconds. */
export interface Stale {
	readonly token: string;
	readonly lasts: number;
}

/** The scripts, as functions. They reject with what the client rejects with. */
export async function claimKey(
	redis: RedisScripting,
	key: string,
	token: string,
	lasts: number,
	stale: Stale | null,
): Promise<Held> {
	const values = [token, String(lasts), stale?.token ?? '', String(stale?.lasts ?? 0)];
	const answer: unknown = await redis.eval(CLAIM, 1, key, ...values);
	const [state, left, holder]: unknown[] = Array.isArray(answer) ? answer : [];
	if (
		(state === 'new' || state === 'repeat' || state === 'pending') &&
		typeof left === 'number' &&
		typeof holder === 'string'
	) {
		return { state, lasts: left, token: holder };
	}
	throw new Error('ERR the answer is none of this script');
}

/** @returns false where another delivery has the key: it was taken over meanwhile */
export async function keepKey(
	redis: RedisScripting,
	key: string,
	token: string,
	lasts: number,
): Promise<boolean> {
	return (await redis.eval(KEEP, 1, key, token, String(lasts))) !== 'lost';
}

export async function releaseKey(redis: RedisScripting, key: string, token: string): Promise<void> {
	await redis.eval(RELEASE, 1, key, token);
}

/** What a Redis that answers commands with an error is in need of, by the first word of its error. */
const ADVICE: Readonly<Record<string, string>> = {
	OOM: 'it is out of memory: raise its maxmemory, or let it expire other keys',
	READONLY: 'it is a replica: give the address of the primary',
	NOPERM: 'the user may not run EVAL, GET, SET, PTTL and DEL on keys of this prefix',
	NOAUTH: 'it wants a password',
	WRONGPASS: 'user or password are wrong',
	WRONGTYPE: 'a key of this prefix holds something else: choose another Key Prefix',
	MOVED: 'it is a Redis Cluster: give the address of a Redis that stands alone',
	CROSSSLOT: 'it is a Redis Cluster: give the address of a Redis that stands alone',
	MISCONF: 'it cannot save to its disk, and takes no writes',
	LOADING: 'it is still loading its data',
	MASTERDOWN: 'its primary is away',
};

/** What is wrong, in words, where Redis has answered a command with an error; null for trouble with the connection. */
export function commandTrouble(error: unknown): string | null {
	if (!(error instanceof Error)) return null;
	// Before Redis 7, what goes wrong within a script stands in the middle of the text: `… -OOM command not allowed …`.
	const isForbidden = /^ERR (?:The user executing the script can't|ACL failure)/.test(
		error.message,
	);
	const inScript = isForbidden ? 'NOPERM' : (/-([A-Z]{3,})\b/.exec(error.message)?.[1] ?? '');
	const [first = ''] = /^[A-Z]{3,}\b/.exec(error.message) ?? [];
	const code = first === 'ERR' && Object.hasOwn(ADVICE, inScript) ? inScript : first;
	if (code === '' && error.name !== 'ReplyError') return null;
	const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
	return advice === undefined ? error.message.slice(0, 200) : `${advice} (${code})`;
}
