import { z } from 'zod/v4';

import type { JsonObject } from '../json';
import { textOrNull } from '../payload';
import { defineEvent } from '../recorderFormat';
import {
	bodySchema,
	CRITICAL,
	describeEnvelope,
	HIGH,
	NORMAL,
	timestamp,
	type Wording,
} from './envelope';

/*
 * The logins rust-srec records with (rust-srec/src/credentials/types.rs at 87fc320): one variant, `Credential`, for all of
 * them, with the event within.
 */

/** `data` of every credential_* event. */
function credentialSchema<T extends string, S extends z.core.$ZodLooseShape>(type: T, members: S) {
	return bodySchema(type, {
		Credential: z.looseObject({
			event: z.looseObject({
				...members,
				platform: z.string().nullish().describe('Platform of the login'),
				scope: z
					.looseObject({
						type: z.string().nullish().describe('platform, template or streamer'),
						streamer_id: z.string().nullish(),
						streamer_name: z.string().nullish(),
					})
					.nullish()
					.describe('Whose login it is'),
				timestamp: timestamp(),
			}),
		}),
	});
}

/** When, and whose login where it is one streamer’s. */
function describeLogin(body: z.infer<ReturnType<typeof credentialSchema<string, object>>>) {
	const { event } = body.data.Credential;
	const described = describeEnvelope(body, event.scope ?? {});
	return { ...described, room: { ...described.room, platform: textOrNull(event.platform) } };
}

function sampleLogin(
	type: string,
	at: string,
	{ title, description, ...priority }: Wording,
	event: JsonObject,
): JsonObject {
	return {
		data: { Credential: { event: { ...event, platform: 'bilibili', timestamp: `${at}Z` } } },
		description,
		event_type: type,
		...priority,
		streamer_id: null,
		timestamp: `${at}+00:00`,
		title,
	};
}

const platformScope = {
	platform_id: 'platform-bilibili',
	platform_name: 'bilibili',
	type: 'platform',
};

export const credentialEvents = {
	credential_refreshed: defineEvent({
		kind: 'unknown',
		title: 'Credentials Refreshed',
		description: 'A login was renewed',
		schema: () =>
			credentialSchema('credential_refreshed', {
				expires_at: z.string().nullish().describe('When it ends'),
			}),
		samples: [
			sampleLogin(
				'credential_refreshed',
				'2026-08-08T03:00:00.120',
				{
					...NORMAL,
					title: '🔐 Credentials refreshed (bilibili)',
					description: 'Scope: platform bilibili',
				},
				{ expires_at: null, scope: platformScope, type: 'refreshed' },
			),
		],
		describe: (body) => ({ kind: 'unknown', ...describeLogin(body) }),
	}),
	credential_expiring: defineEvent({
		kind: 'unknown',
		title: 'Credentials Expiring',
		description: 'A login ends in a few days',
		schema: () =>
			credentialSchema('credential_expiring', {
				days_remaining: z.number().int().nullish().describe('Days until it ends'),
				expires_at: z.string().nullish().describe('When it ends'),
			}),
		samples: [
			sampleLogin(
				'credential_expiring',
				'2026-08-08T03:00:03.120',
				{
					...HIGH,
					title: '🔐 Credentials expiring (bilibili)',
					description: '3 days left',
				},
				{
					days_remaining: 3,
					expires_at: '2026-08-11T03:00:00Z',
					scope: platformScope,
					type: 'expiring_soon',
				},
			),
		],
		describe: (body) => ({ kind: 'unknown', ...describeLogin(body) }),
	}),
	credential_refresh_failed: defineEvent({
		kind: 'error',
		title: 'Credential Refresh Failed',
		description: 'A login could not be renewed',
		schema: () =>
			credentialSchema('credential_refresh_failed', {
				error: z.string().nullish().describe('What went wrong'),
				failure_count: z.number().int().nullish().describe('How often in a row'),
				requires_relogin: z.boolean().nullish().describe('Whether somebody has to log in again'),
			}),
		samples: [
			sampleLogin(
				'credential_refresh_failed',
				'2026-08-08T03:00:01.120',
				{
					...CRITICAL,
					title: '🔐 Credential refresh failed (bilibili)',
					description: '-101 not logged in',
				},
				{
					error: '-101 not logged in',
					failure_count: 3,
					requires_relogin: true,
					scope: {
						template_id: '7c1d5e90-3a2f-4b68-9d14-0e8f6a2b7c35',
						template_name: 'default',
						type: 'template',
					},
					type: 'refresh_failed',
				},
			),
		],
		describe: (body) => ({
			kind: 'error',
			...describeLogin(body),
			error: { name: null, message: textOrNull(body.data.Credential.event.error) },
		}),
	}),
	credential_invalid: defineEvent({
		kind: 'error',
		title: 'Credentials Invalid',
		description: 'A login no longer works',
		schema: () =>
			credentialSchema('credential_invalid', {
				error_code: z.number().int().nullish().describe('What the platform answered'),
				reason: z.string().nullish().describe('Why'),
			}),
		samples: [
			sampleLogin(
				'credential_invalid',
				'2026-08-08T03:00:02.120',
				{
					...CRITICAL,
					title: '🔐 Credentials invalid (bilibili)',
					description: 'logged out',
				},
				{ error_code: -101, reason: 'logged out', scope: platformScope, type: 'invalid' },
			),
		],
		describe: (body) => {
			const { error_code: code, reason } = body.data.Credential.event;
			return {
				kind: 'error',
				...describeLogin(body),
				error: {
					name: typeof code === 'number' ? String(code) : null,
					message: textOrNull(reason),
				},
			};
		},
	}),
	baidupcs_relogin_failed: defineEvent({
		kind: 'error',
		title: 'BaiduPCS Login Failed',
		description: 'The login for uploads to Baidu could not be renewed',
		schema: () =>
			bodySchema('baidupcs_relogin_failed', {
				BaiduPcsReloginFailed: z.looseObject({
					config_dir: z.string().nullish(),
					message: z.string().nullish().describe('What went wrong'),
					timestamp: timestamp(),
				}),
			}),
		samples: [
			{
				data: {
					BaiduPcsReloginFailed: {
						config_dir: '/app/config/baidupcs',
						message: 'captcha required',
						timestamp: '2026-08-08T03:00:04.120Z',
					},
				},
				description: 'captcha required',
				event_type: 'baidupcs_relogin_failed',
				...HIGH,
				streamer_id: null,
				timestamp: '2026-08-08T03:00:04.120+00:00',
				title: '🔐 BaiduPCS re-login failed',
			},
		],
		describe: (body) => ({
			kind: 'error',
			...describeEnvelope(body),
			error: { name: null, message: textOrNull(body.data.BaiduPcsReloginFailed.message) },
		}),
	}),
};
