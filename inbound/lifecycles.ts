import type { Lifecycle } from '../formats/lifecycle';
import { formatById } from '../formats/registry';

/** Of a format that is no more: files, and nothing that would say when they are all. */
const UNKNOWN: Lifecycle = { begins: [], ends: [], sessionId: 'none', finalFile: 'closed' };

/** The lifecycle of a format, by its id. */
export function lifecycleOf(format: string): Lifecycle {
	return formatById(format)?.lifecycle ?? UNKNOWN;
}
