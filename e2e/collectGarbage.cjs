/**
 * Loaded into an n8n by `NODE_OPTIONS=--require …`: it collects its garbage when it is sent SIGUSR2. How much memory a program holds
 * says nothing as long as it is free to collect garbage whenever it likes.
 */

const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

process.on('SIGUSR2', () => {
	// What the first finds dead may be let go of by the second only: buffers outside the heap, what waits for finalisers.
	collectGarbage();
	setImmediate(collectGarbage);
});
