import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isoTime } from '../../../../formats/time';
import { failure, itemsOf, type Operation } from '../operation';

const count = z.number();

/** There is nothing to set: what the numbers of its items mean. n8n leaves only links and lists of its tags in. */
const explanation: INodeProperties = {
	displayName:
		'For each recorder trigger of this workflow, what became of the deliveries of the last 24 hours:<ul><li>events: they started the workflow</li><li>repeats: sent again, and dropped</li><li>ignored: of events or rooms that are not chosen</li><li>noted: only counted for a session or for other events</li><li>refused: not let in, or not understood</li></ul>',
	name: 'statusNotice',
	type: 'notice',
	default: '',
};

/** How the triggers of this workflow fare: what became of what recorders sent them. */
export const triggerStatus: Operation = {
	value: 'status',
	name: 'Status',
	description: 'Tell what became of the deliveries to the triggers of this workflow',
	action: 'Get the status of triggers',
	parameters: [explanation],
	output: z.object({
		trigger: z.string(),
		lastEventAt: z.string().nullable(),
		last24Hours: z.object({
			events: count,
			repeats: count,
			ignored: count,
			noted: count,
			refused: count,
		}),
	}),
	plan(_parameters, { triggers }) {
		const statuses = triggers();
		if (statuses.length === 0) {
			return failure(
				'This workflow has no trigger of a recorder',
				'Add one, or put this node into the workflow of the trigger that you want to know about.',
			);
		}
		return itemsOf(
			statuses.map(({ trigger, lastTakenAt, last24Hours }) => ({
				trigger,
				lastEventAt: lastTakenAt === null ? null : isoTime(lastTakenAt),
				last24Hours: {
					events: last24Hours.taken,
					repeats: last24Hours.duplicate,
					ignored: last24Hours.ignored,
					noted: last24Hours.noted,
					refused: last24Hours.refused,
				},
			})),
		);
	},
};
