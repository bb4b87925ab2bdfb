import type { Clock } from '../../inbound/clock';
import type { RedisScripting } from '../../inbound/redisScripts';

/**
 * A Redis as far as claims use it: the three scripts in TypeScript, recognised by the commands in them. What the scripts
 * do in a real Redis is tested in e2e.
 */
export class FakeRedis implements RedisScripting {
	readonly keys = new Map<string, { value: string; expiresAt: number }>();

	/** How the next commands end: as they should, with an error, or never. */
	behaviour: 'works' | 'fails' | 'hangs' | 'works but its answer is lost' = 'works';

	commands = 0;

	constructor(private readonly clock: Clock) {}

	async eval(script: string, _keyCount: number, ...values: string[]): Promise<unknown> {
		this.commands++;
		const { behaviour } = this;
		if (behaviour === 'fails') throw new Error('connect ECONNREFUSED 10.0.0.5:6379');
		if (behaviour === 'hangs') return await new Promise(() => {});
		const answer = this.execute(script, values);
		if (behaviour !== 'works') throw new Error('Connection is closed.');
		return answer;
	}

	private execute(script: string, [key = '', token = '', ...others]: string[]): unknown {
		const held = this.get(key);
		const lasts = held === null ? -2 : (this.keys.get(key)?.expiresAt ?? 0) - this.clock.now();
		if (script.includes("'DEL'")) {
			if (held === token) this.keys.delete(key);
			return 'done';
		}
		const [expiry = '', staleToken = '', staleLasts = ''] = others;
		const isFree = held === null || held === token;
		if (script.includes("'SET', KEYS[1], 'kept'")) {
			if (isFree) this.set(key, 'kept', expiry);
			return isFree || held === 'kept' ? 'done' : 'lost';
		}
		if (isFree || (held === staleToken && lasts <= Number(staleLasts))) {
			this.set(key, token, expiry);
			return ['new', Number(expiry), token];
		}
		return [held === 'kept' ? 'repeat' : 'pending', lasts, held];
	}

	private get(key: string): string | null {
		const entry = this.keys.get(key);
		return entry === undefined || entry.expiresAt <= this.clock.now() ? null : entry.value;
	}

	private set(key: string, value: string, expiry: string): void {
		this.keys.set(key, { value, expiresAt: this.clock.now() + Number(expiry) });
	}
}
