import { aodianyun } from './aodianyun';
import { bililiveRecorder } from './bililiveRecorder';
import { blrec } from './blrec';
import { bsr } from './bsr';
import { oneLiveRec } from './oneLiveRec';
import { ddtv } from './ddtv';
import type { Recorder, RecorderFormat } from './recorderFormat';

/** Every recorder this package speaks with, in the order in which they are listed to people. */
export const recorders: readonly Recorder[] = [
	bililiveRecorder,
	bsr,
	oneLiveRec,
	aodianyun,
	blrec,
	ddtv,
];

/** All webhook formats of the given recorders. */
export function formatsOf(among: readonly Recorder[]): readonly RecorderFormat[] {
	return among.flatMap((recorder) => recorder.formats);
}
