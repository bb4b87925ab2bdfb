import type { ServerResponse } from 'http';

export interface AnsweringServer {
	send(hangUpAfter?: number | null): Promise<number | null>;
	close(): Promise<void>;
}

export function startAnsweringServer(
	handle: (response: ServerResponse) => void,
): Promise<AnsweringServer>;

export function pause(milliseconds: number): Promise<void>;
