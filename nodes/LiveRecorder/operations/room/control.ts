import type { ApiRoom } from '../../../../apis/recorderApi';
import { askAndFollowUp } from './followUp';

/** Has the room recorded, from now on or from when it goes live. */
export const startRecording = askAndFollowUp({
	value: 'startRecording',
	name: 'Start Recording',
	description: 'Have a room recorded, now or as soon as it is live',
	action: 'Start recording a room',
	ability: 'startRecording',
	ask: (api, room) => api.startRecording?.(room),
	hasHappened: ({ recording }) => recording === true,
	explain: ({ live }) =>
		live === false
			? 'The room is not live: it will be recorded when it is.'
			: 'The room was not seen to be recorded.',
});

/** Ends the recording of the room. */
export const stopRecording = askAndFollowUp({
	value: 'stopRecording',
	name: 'Stop Recording',
	description: 'End the recording of a room',
	action: 'Stop recording a room',
	ability: 'stopRecording',
	ask: (api, room) => api.stopRecording?.(room),
	hasHappened: ({ recording }) => recording === false,
	explain: () => 'The room is still being recorded.',
});

/** Ends the file that is written and begins the next. */
export const splitFile = askAndFollowUp({
	value: 'splitFile',
	name: 'Split File',
	description: 'End the file that is being written and go on with the next',
	action: 'Split the file of a room',
	ability: 'splitFile',
	ask: (api, room) => api.splitFile?.(room),
	hasHappened: isNextFile,
	explain: ({ recording }) =>
		recording === false
			? 'The room is not being recorded: there is nothing to split.'
			: 'No new file was seen. Recorders split at the next key frame, and some only in their standard mode.',
});

/** Another path, or a file that is smaller or shorter than the one before. */
function isNextFile({ current: now }: ApiRoom, { current: before }: ApiRoom): boolean {
	if (now === null || before === null) return false;
	if (now.path !== before.path) return true;
	return (
		isLess(now.sizeBytes, before.sizeBytes) || isLess(now.durationSeconds, before.durationSeconds)
	);
}

function isLess(now: number | null, before: number | null): boolean {
	return now !== null && before !== null && now < before;
}
