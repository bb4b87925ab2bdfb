import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ApiRoom, RecorderApi, RoomRef } from '../../../../apis/recorderApi';
import { type ItemParameters, ParameterProblem } from '../../itemParameters';
import { connected, recorderParameter, roomOf, roomParameter } from '../connected';
import type { Operation, OperationTools } from '../operation';
import { optionsParameter } from '../spokenFormat';
import { oneRoom, roomOutput } from './roomItem';

/** Recorders are only asked to start, stop and split: what becomes of it is looked up, as often as this. */
const POLL_SECONDS = 1;
const DEFAULT_WAIT_SECONDS = 15;

const waitOption: INodeProperties = {
	displayName: 'Wait Up To (Seconds)',
	name: 'waitSeconds',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 600 },
	default: DEFAULT_WAIT_SECONDS,
	description:
		'How long to look whether it happened: recorders are only asked, and take their time. 0 to not look.',
};

const followUpOptions = optionsParameter([waitOption]);

/** What an operation asks of a room, and by what it is seen to have happened. */
interface Request {
	readonly value: string;
	readonly name: string;
	readonly description: string;
	readonly action: string;
	readonly ability: 'startRecording' | 'stopRecording' | 'splitFile';
	ask(api: RecorderApi, room: RoomRef): Promise<void> | undefined;
	hasHappened(now: ApiRoom, before: ApiRoom): boolean;
	/** Why it may not have happened. */
	explain(now: ApiRoom): string;
}

/** An operation that asks, and then looks until it is seen or the time is over. */
export function askAndFollowUp(request: Request): Operation {
	const { ability } = request;
	return {
		value: request.value,
		name: request.name,
		description: request.description,
		action: request.action,
		parameters: [recorderParameter(ability), roomParameter, followUpOptions],
		output: z.lazy(() =>
			roomOutput.unwrap().extend({
				confirmed: z.boolean().describe('Whether it was seen to have happened'),
				note: z.string().nullable().describe('Why it may not have'),
			}),
		),
		plan(parameters, tools) {
			const ref = roomOf(parameters, 'room');
			const waitSeconds = waitOf(parameters);
			return async () => {
				const { recorder, api } = await connected(ability, parameters, tools);
				const look = async (): Promise<ApiRoom> => {
					const room = await api.getRoom?.(ref);
					if (room !== undefined) return room;
					throw new ParameterProblem(`${recorder.title} tells nothing of its rooms`);
				};
				const before = await look();
				await request.ask(api, ref);
				const now = await lookUntil(
					look,
					(room) => request.hasHappened(room, before),
					waitSeconds,
					tools,
				);
				const confirmed = request.hasHappened(now, before);
				const note = confirmed ? null : `${request.explain(now)} Looked for ${waitSeconds} s.`;
				return oneRoom(recorder, now, { confirmed, note });
			};
		},
	};
}

async function lookUntil(
	look: () => Promise<ApiRoom>,
	isSeen: (room: ApiRoom) => boolean,
	waitSeconds: number,
	{ now, sleep, isCancelled }: OperationTools,
): Promise<ApiRoom> {
	const end = now() + waitSeconds * 1000;
	for (;;) {
		const room = await look();
		if (isSeen(room) || isCancelled() || now() >= end) return room;
		await sleep(Math.min(POLL_SECONDS, waitSeconds));
	}
}

function waitOf(parameters: ItemParameters): number {
	const seconds = parameters.numberOption(waitOption.name) ?? DEFAULT_WAIT_SECONDS;
	if (seconds >= 0 && seconds <= 600) return seconds;
	throw new ParameterProblem(`'${waitOption.displayName}' must be from 0 to 600`);
}
