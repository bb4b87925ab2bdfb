import { z } from 'zod/v4';

import { idSchema } from '../payload';

/*
 * Members and their order: trunk/src/app/srs_app_http_hooks.cpp of SRS 5 to 7. Older ones lack some: SRS 4 has neither
 * service_id nor stream_url nor stream_id, SRS 3 no server_id and numbers for client_id, SRS 2 no param (FACTS section 11).
 */

export const stream = () => z.string().min(1).describe('Name of the stream');
export const param = () =>
	z.string().nullish().describe('Query of the client’s URL, with its question mark');
export const tcUrl = () =>
	z.string().nullish().describe('URL the client connected to, without the stream');
export const cwd = () => z.string().nullish().describe('Folder that relative paths start from');
export const pageUrl = () => z.string().nullish().describe('Page the player is on');

/** From SRS 5 on; the id is left out once the stream’s statistic is gone. */
export const streamMembers = () => ({
	stream_url: z.string().nullish().describe('/app/stream, or vhost/app/stream'),
	stream_id: z.string().nullish(),
});

export function hookSchema<A extends string, S extends z.core.$ZodLooseShape>(
	action: A,
	members: S,
) {
	return z.looseObject({
		server_id: z.string().nullish(),
		service_id: z.string().nullish().describe('New at each start of SRS'),
		action: z.literal(action),
		client_id: idSchema.nullish().describe('The connection; the same in all hooks about it'),
		ip: z.string().nullish().describe('Address of the client'),
		vhost: z.string().nullish(),
		app: z.string().nullish(),
		...members,
	});
}

export const publishSchema = <A extends string>(action: A) =>
	hookSchema(action, { tcUrl: tcUrl(), stream: stream(), param: param(), ...streamMembers() });

/** A hook newer than this package. */
export const unlistedSchema = () =>
	z.looseObject({
		action: z.string().min(1),
		client_id: idSchema,
		vhost: z.string().nullish(),
		app: z.string().nullish(),
		stream: z.string().nullish(),
		stream_url: z.string().nullish(),
	});
