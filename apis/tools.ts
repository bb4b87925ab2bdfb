import type { KeyGate } from './keyGate';

/** What an API is handed beside its connection. */
export interface ApiTools {
	/** What is known of the key; nothing yet unless handed in. */
	readonly gate?: KeyGate;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}
