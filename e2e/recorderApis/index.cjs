/** Stand-ins for the recorders' own APIs, written from the facts and as strict as the real ones. */
module.exports = {
	...require('./aodianyun.cjs'),
	...require('./bililiveRecorder.cjs'),
	...require('./blrec.cjs'),
	...require('./bsr.cjs'),
	...require('./ddtv.cjs'),
	...require('./standIn.cjs'),
};
