import express, { type Response } from 'express';

export type AnsweringServer = Awaited<ReturnType<typeof startAnsweringServer>>;

/** A server that hands each response to `handle`, and a sender that can hang up before the answer. */
export async function startAnsweringServer(handle: (response: Response) => void) {
	const app = express();
	app.use((request, response) => {
		request.resume();
		handle(response);
	});
	const server = app.listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	return {
		/** Sends a request; `signal` hangs up. Resolves with the status, null without one. */
		async send(signal: AbortSignal | null = null): Promise<number | null> {
			try {
				const answer = await fetch(`http://127.0.0.1:${port}/`, {
					method: 'POST',
					body: '{}',
					signal,
				});
				await answer.arrayBuffer();
				return answer.status;
			} catch {
				return null;
			}
		},
		async close(): Promise<void> {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
