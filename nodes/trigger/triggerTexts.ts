import type { INodeTypeDescription } from 'n8n-workflow';

import type { Recorder } from '../../formats/recorderFormat';
import { registeringRecorderOf } from './parameters/registration';
import type { TriggerChoices } from './triggerChoices';

/**
 * What the editor says of a trigger. Derived from the formats. Notices may have links and lists: n8n takes all other tags out.
 */

/** Above the parameters: where the URL goes. */
export function setupNotice(recorders: readonly Recorder[]): string {
	const [recorder, ...others] = recorders;
	const page =
		recorder === undefined || others.length > 0
			? ''
			: `<a href="${recorder.documentation}" target="_blank">Documentation of ${recorder.title}</a>`;
	const steps = setupSteps(recorders).map((step) => `<li>${step}.</li>`);
	return `Where the URL goes:<ul>${steps.join('')}</ul>${page}`;
}

/** Where in the recorder the URL goes, step by step. */
function setupSteps(recorders: readonly Recorder[]): string[] {
	const [recorder, ...others] = recorders;
	const steps =
		recorder === undefined || others.length > 0
			? ['Paste it into the webhook settings of the recorder, or of several recorders']
			: recorder.setup;
	return ['Copy the URL from Webhook URLs', ...steps];
}

/**
 * What the editor shows beside the parameters while there is no event. n8n takes fixed texts here, whatever the parameters are:
 * so they name the case in which there is nothing to paste.
 */
export function triggerPanel(
	choices: TriggerChoices,
): NonNullable<INodeTypeDescription['triggerPanel']> {
	const canRegister = registeringRecorderOf(choices) !== null;
	const unless = canRegister ? ', unless <b>Webhook Registration</b> puts it there' : '';
	const testing = `<b>While building the workflow</b>, click <b>Execute step</b>, give the Test URL to the recorder${unless}, and make something happen there. One event is taken each time. No stream at hand? The Live Recorder node sends sample events.`;
	const steps = setupSteps(choices.recorders).map((step, index) => `${index + 1}. ${step}.`);
	if (canRegister) steps.unshift('To paste the URL yourself:');
	return {
		header: `Listen for events of ${nameOf(choices.recorders)}`,
		executionsHelp: {
			inactive: `${testing}<br><br>${steps.join('<br>')}<br><br><b>When the workflow is ready</b>, publish it and give the Production URL to the recorder${unless}. Every event then runs the workflow, and shows up in the <a data-key="executions">executions list</a>, not in the editor.`,
			active: `${testing}<br><br><b>The workflow is published</b>: events at the Production URL run it, and show up in the <a data-key="executions">executions list</a>, not in the editor.`,
		},
		activationHint: canRegister
			? 'Once this workflow is published and the recorder has the Production URL (pasted, or by Webhook Registration), it will run on every event.'
			: 'Once this workflow is published, give the Production URL to the recorder: it will run on every event.',
	};
}

/** What the editor says while it listens. */
export function listeningText(recorders: readonly Recorder[]): string {
	return `Waiting for ${nameOf(recorders)} to send an event to the Test URL`;
}

function nameOf(recorders: readonly Recorder[]): string {
	const [recorder, ...others] = recorders;
	return recorder === undefined || others.length > 0 ? 'any supported recorder' : recorder.title;
}

/** The line under the node's name: the chosen events by their titles. An expression, for the editor only. */
export function triggerSubtitle({ events }: TriggerChoices): string {
	const titles = Object.fromEntries(events.map(({ value, name }) => [value, name]));
	return `={{ ((chosen, titles) => chosen.length > 3 ? chosen.length + ' kinds of events' : chosen.map((event) => titles[event] ?? event).join(', '))($parameter.events, ${JSON.stringify(titles)}) }}`;
}
