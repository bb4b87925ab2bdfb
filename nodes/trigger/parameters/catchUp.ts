import { abilitiesOf } from '../../../apis/connect';
import { number, option, type Parameter, UnreadableParameter } from './parameter';
import { connectedRecorderOf } from './registration';

const checkEvery = option(
	{
		displayName: 'Check Every (Minutes)',
		name: 'checkMinutes',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 2 },
		default: 5,
		description:
			'How often to ask the recorder for finished files that no event told of, as while n8n was down; at the start, too. Needs the credential of the recorder’s API. 0 to not ask.',
	},
	(value) => {
		const minutes = number(value);
		if (minutes >= 0) return minutes;
		throw new UnreadableParameter('it is less than 0');
	},
);

/** Minutes between two looks for missed files; 0 for none. For triggers whose recorder's API lists files. */
export const checkMinutes: Parameter<number> = {
	...checkEvery,
	describe: (choices) => {
		const recorder = connectedRecorderOf(choices);
		return recorder !== null && abilitiesOf(recorder).has('listRecordings')
			? checkEvery.describe(choices)
			: null;
	},
};
