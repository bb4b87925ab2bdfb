import {
	abilitiesOf,
	type ConnectedRecorder,
	connectedRecorders,
	webhookSlotsOf,
} from '../../../apis/connect';
import type { TriggerChoices } from '../triggerChoices';
import { oneOf, type Parameter, parameter, UnreadableParameter, yesOrNo } from './parameter';

/** How the URL gets into the recorder. For triggers of one recorder that has an API. */

/** The recorder of a trigger, where it is one and has an API. */
export function connectedRecorderOf({ recorders }: TriggerChoices): ConnectedRecorder | null {
	const [recorder, ...others] = recorders;
	if (recorder === undefined || others.length > 0) return null;
	return connectedRecorders.find(({ id }) => id === recorder.id) ?? null;
}

/** The recorder of a trigger, where it is one whose URLs can be set by its API. */
export function registeringRecorderOf(choices: TriggerChoices): ConnectedRecorder | null {
	const recorder = connectedRecorderOf(choices);
	return recorder !== null && abilitiesOf(recorder).has('webhooks') ? recorder : null;
}

/** A parameter for those triggers whose recorder's URLs can be set by its API. */
function whereItRegisters<T>(
	subject: Parameter<T>,
	isWanted: (recorder: ConnectedRecorder) => boolean = () => true,
): Parameter<T> {
	return {
		...subject,
		describe: (choices) => {
			const recorder = registeringRecorderOf(choices);
			return recorder !== null && isWanted(recorder) ? subject.describe(choices) : null;
		},
	};
}

/** Whether the URL is put into the recorder's settings by its API. */
export const registration = whereItRegisters(
	parameter(
		{
			displayName: 'Webhook Registration',
			name: 'registration',
			type: 'options',
			options: [
				{
					name: 'Paste the URL Myself',
					value: 'manual',
					description: 'Into the settings of the recorder, as shown above',
				},
				{
					name: "Through the Recorder's API",
					value: 'api',
					description:
						'Put into the recorder when the workflow is published, and taken out when it is unpublished. Needs the credential of its API.',
				},
			],
			default: 'manual',
			description: 'How the URL of this trigger gets into the recorder',
		},
		oneOf({ manual: false, api: true }),
	),
);

/** n8n's address for the recorder, without a slash at its end; null for n8n's own idea of it. */
export const publicUrl = whereItRegisters(
	parameter(
		{
			displayName: "n8n's Address for the Recorder",
			name: 'publicUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://n8n:5678',
			description:
				'Where the recorder reaches n8n, if not at the address of Webhook URLs: within Docker, the name of n8n’s container; from another machine, never localhost',
			displayOptions: { show: { registration: ['api'] } },
		},
		(value) => {
			if (typeof value !== 'string') throw new UnreadableParameter('it is no text');
			const address = value.trim().replace(/\/+$/, '');
			if (address === '') return null;
			if (URL.canParse(address) && /^https?:\/\/[^?#]+$/i.test(address)) return address;
			throw new UnreadableParameter('it is no address that begins with http:// or https://');
		},
	),
);

/** Whether somebody else's URL may be overwritten where the recorder has room for one. */
export const replaceForeign = whereItRegisters(
	parameter(
		{
			displayName: 'Replace Another URL',
			name: 'replaceForeign',
			type: 'boolean',
			default: false,
			description:
				'Whether to overwrite the webhook URL that is there: this recorder calls only one. When the workflow is unpublished, the former one is put back, unless it holds a secret.',
			displayOptions: { show: { registration: ['api'] } },
		},
		yesOrNo,
	),
	(recorder) => webhookSlotsOf(recorder) === 'one',
);
