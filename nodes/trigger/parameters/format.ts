import type { RecorderFormat } from '../../../formats/recorderFormat';
import { formatsOf } from '../../../formats/registry';
import type { TriggerChoices } from '../triggerChoices';
import { described, type Parameter, UnreadableParameter } from './parameter';

const ALL_FORMATS = 'all';

/** The formats that are taken: a choice where one recorder has several. Live Recorder Trigger takes all there are. */
export const format: Parameter<readonly RecorderFormat[]> = {
	path: 'format',
	default: ALL_FORMATS,
	describe: ({ recorders }: TriggerChoices) => {
		const [recorder, ...others] = recorders;
		if (recorder === undefined || others.length > 0 || recorder.formats.length < 2) return null;
		return {
			displayName: 'Version',
			name: 'format',
			type: 'options',
			options: [
				{ name: 'All', value: ALL_FORMATS, description: 'Whichever the recorder sends' },
				...recorder.formats.map(({ id, title }) => ({ name: title, value: id })),
			],
			default: ALL_FORMATS,
			description: 'The webhook format that is taken; other formats are refused',
		};
	},
	read: (value, { recorders }) => {
		const formats = formatsOf(recorders);
		const chosen = value === ALL_FORMATS ? formats : formats.filter(({ id }) => id === value);
		if (chosen.length > 0) return chosen;
		throw new UnreadableParameter(`${described(value)} is no format of this trigger`);
	},
};
