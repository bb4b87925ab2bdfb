import type { IWebhookFunctions } from 'n8n-workflow';

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

/** What is longer, n8n doesn't give a webhook. */
const MAX_LENGTH = 1_000;

/** An address of a machine by number, as sockets name it, and a path. */
const LOCAL_URL = /^https?:\/\/(?:\[[\da-f:.]+\]|[\d.]+):\d+\/\S*$/;

/**
 * Where a node's requests come in on this machine. It outlives the process, because what was put out before the first request came
 * is to be saved, too.
 */
export class OwnAddress {
	/** Not worth a save of its own: it is the same for years. */
	readonly isMinor = true;

	/** Null where no request came in yet. */
	url: string | null = null;

	/** Keeps in mind where a request came in. */
	note({ socket, originalUrl }: Pick<Request, 'socket' | 'originalUrl'>): void {
		const { localAddress, localPort } = socket;
		if (localAddress === undefined || localPort === undefined) return;
		const address = localAddress.replace(/^::ffff:/, '');
		const host = address.includes(':') ? `[${address}]` : address;
		const protocol = Reflect.get(socket, 'encrypted') === true ? 'https' : 'http';
		const [path = ''] = originalUrl.split('?');
		this.take(`${protocol}://${host}:${localPort}${path}`);
	}

	serialise(): string {
		return this.url ?? '';
	}

	/** What this process has seen itself counts for more. */
	merge(text: unknown): void {
		if (this.url === null && typeof text === 'string') this.take(text);
	}

	private take(url: string): void {
		if (url.length <= MAX_LENGTH && LOCAL_URL.test(url)) this.url = url;
	}
}
