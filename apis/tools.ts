import type { FileTimes } from './fileTimes';
import type { KeyGate } from './keyGate';
import type { Pace } from './pace';
import type { Breathe } from './portions';

/** What an API is handed beside its connection. */
export interface ApiTools {
	/** What is known of the key; nothing yet unless handed in. */
	readonly gate?: KeyGate;
	/** When the next call may go; at once unless handed in. */
	readonly pace?: Pace;
	/** When files were written to, as far as that was asked for before; nothing yet unless handed in. */
	readonly times?: FileTimes;
	/** Called between portions of a long answer; not at all unless handed in. */
	readonly breathe?: Breathe;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}
