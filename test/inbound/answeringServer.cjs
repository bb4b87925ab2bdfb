const { createServer, request } = require('node:http');

/** A server that hands each response to `handle`, and a sender that can hang up before the answer. */
async function startAnsweringServer(handle) {
	const server = createServer((incoming, response) => {
		incoming.resume();
		handle(response);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address();
	return {
		/** Sends a request; hangs up after so many milliseconds where told to. Resolves with the status, null without one. */
		send: (hangUpAfter = null) =>
			new Promise((resolve) => {
				const sent = request({ port, host: '127.0.0.1', method: 'POST' }, (answer) => {
					answer.resume();
					answer.on('end', () => resolve(answer.statusCode));
				});
				sent.on('error', () => resolve(null));
				sent.end('{}');
				if (hangUpAfter !== null) setTimeout(() => sent.destroy(), hangUpAfter);
			}),
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(resolve);
			}),
	};
}

exports.startAnsweringServer = startAnsweringServer;
exports.pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
