export type Behaviour =
	| {
			status: number;
			headers?: Record<string, string>;
			body?: string;
			delayMs?: number;
	  }
	| 'close'
	| 'silence'
	| 'endless';

export interface WireRequest {
	/** Request line and headers as they were on the wire. */
	head: string;
	headers: Array<[name: string, value: string]>;
	body: string;
	bytes: Buffer;
	second: number;
}

export interface WireReceiver {
	url: string;
	host: string;
	requests: WireRequest[];
	openConnections: number;
	mostConnections: number;
	settle(): Promise<void>;
	close(): Promise<void>;
}

export function startWireReceiver(
	behave?: (request: { head: string; body: string; count: number }) => Behaviour,
): Promise<WireReceiver>;
export function unusedUrl(): Promise<string>;
export function after(milliseconds: number): Promise<void>;
