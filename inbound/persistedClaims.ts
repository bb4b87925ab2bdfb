/**
 * The form in which claims outlive the process: text, in n8n's static data. It is written with every event that n8n takes, so
 * it is bounded, and made by appending.
 *
 * Claims of about one time stand together: a group is a mark, its time and the digests of its claims. One claim on its own takes
 * {@link GROUP_HEAD_LENGTH} + {@link DIGEST_LENGTH} characters (ASCII, hence bytes), each further one of its group
 * {@link DIGEST_LENGTH}.
 */

/** 48 bits of a hash in base64url: a new event meets the digest of one of 40,000 others once in 7 · 10^9. */
export const DIGEST_LENGTH = 8;

const GROUP_MARK = '.';

/** Seconds since {@link TIME_ORIGIN}, 30 bits in base64url: until 2054. */
const TIME_LENGTH = 5;
const TIME_ORIGIN = Date.UTC(2020, 0, 1);
const MAX_SECONDS = 2 ** 30 - 1;

export const GROUP_HEAD_LENGTH = GROUP_MARK.length + TIME_LENGTH;

/**
 * How far apart the claims of one group may be: so much younger than its own time a claim's persisted time may be. Below
 * every window in which the same content counts as the same event, but that of SRS (10 s), which sends nothing twice.
 */
export const GROUP_SECONDS = 10;

/** A group is forgotten as a whole, so it must be a small part of all. */
const GROUP_SIZE = 64;

/** Characters of a group: a text that is shorter than may be by as much has lost none. */
export const LONGEST_GROUP = GROUP_HEAD_LENGTH + (GROUP_SIZE + 1) * DIGEST_LENGTH;

/** Characters of the whole text. Room for 714 claims that stand alone, 1,230 that come close together. */
export const MAX_PERSISTED_LENGTH = 10_000;

/** One claim as it is read back. */
export interface PersistedClaim {
	readonly digest: string;
	/** When it was claimed, milliseconds since 1970, up to {@link GROUP_SECONDS} too early. */
	readonly claimedAt: number;
}

/** The newest claims, in the order in which n8n took their events. */
export class PersistedClaims {
	/** Complete groups, oldest first, and the one that grows. */
	private groups: string[] = [];

	private complete = '';

	private growing = '';

	private growingSince = 0;

	/** Both joined, until something changes: who reads a text first makes the engine copy it together. */
	private joined = '';

	get text(): string {
		if (this.joined === '') this.joined = this.complete + this.growing;
		return this.joined;
	}

	append({ digest, claimedAt }: PersistedClaim): void {
		const distance = claimedAt - this.growingSince;
		const isFull = this.growing.length >= GROUP_HEAD_LENGTH + GROUP_SIZE * DIGEST_LENGTH;
		if (this.growing === '' || isFull || distance < 0 || distance >= GROUP_SECONDS * 1000) {
			this.startGroup(claimedAt);
		}
		this.growing += digest;
		this.joined = '';
		while (this.complete.length + this.growing.length > MAX_PERSISTED_LENGTH) {
			const [oldest = ''] = this.groups.splice(0, 1);
			this.complete = this.complete.slice(oldest.length);
		}
	}

	remove(digest: string): void {
		const claims = [...readPersistedClaims(this.text)];
		this.groups = [];
		this.complete = '';
		this.growing = '';
		this.joined = '';
		for (const claim of claims) if (claim.digest !== digest) this.append(claim);
	}

	/**
	 * Whether a text is what this one was a while ago, and so has nothing new: requests that are open at once each load what was
	 * saved last. Since then some of its head may have been forgotten and some claims appended.
	 */
	grewFrom(text: string): boolean {
		const own = this.text;
		if (text === own) return true;
		const start = text.indexOf(own.slice(0, GROUP_HEAD_LENGTH + DIGEST_LENGTH));
		return start !== -1 && own.startsWith(text.slice(start));
	}

	private startGroup(claimedAt: number): void {
		if (this.growing !== '') {
			this.groups.push(this.growing);
			this.complete += this.growing;
		}
		this.growing = GROUP_MARK + encodeTime(claimedAt);
		this.growingSince = decodeTime(this.growing.slice(GROUP_MARK.length));
	}
}

/**
 * The claims of a text, in its order; a digest that stands in it twice was claimed anew, and the later one counts.
 * Text of another form yields nothing; of a text that was spoilt, the groups that are whole in form.
 */
export function* readPersistedClaims(text: string): Generator<PersistedClaim> {
	for (const [, time = '', digests = ''] of text.matchAll(GROUP)) {
		const claimedAt = decodeTime(time);
		for (let start = 0; start < digests.length; start += DIGEST_LENGTH) {
			yield { digest: digests.slice(start, start + DIGEST_LENGTH), claimedAt };
		}
	}
}

const GROUP = new RegExp(
	`\\${GROUP_MARK}([\\w-]{${TIME_LENGTH}})((?:[\\w-]{${DIGEST_LENGTH}})+)`,
	'g',
);

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function encodeTime(milliseconds: number): string {
	const seconds = Math.trunc((milliseconds - TIME_ORIGIN) / 1000);
	let rest = Math.min(Math.max(seconds, 0), MAX_SECONDS);
	let text = '';
	for (let place = 0; place < TIME_LENGTH; place++) {
		text = DIGITS.charAt(rest % DIGITS.length) + text;
		rest = Math.trunc(rest / DIGITS.length);
	}
	return text;
}

function decodeTime(text: string): number {
	let seconds = 0;
	for (const digit of text) seconds = seconds * DIGITS.length + DIGITS.indexOf(digit);
	return TIME_ORIGIN + seconds * 1000;
}
