/**
 * Stand-ins for chat robots and push services: WeCom, Feishu, DingTalk, Bark, ServerChan, PushPlus
 * and Discord. Each refuses what the service's documentation says it refuses, in its own way: most
 * answer 200 and put the refusal into the body.
 */

import { createHmac } from 'node:crypto';

export const FEISHU_SECRET = 'feishu-stand-in';
export const DINGTALK_SECRET = 'SEC-dingtalk-stand-in';

/** How far a signed time may be off: Feishu and DingTalk say an hour. */
const SIGNED_SECONDS = 3600;

const hmacSha256 = (key, text) => createHmac('sha256', key).update(text).digest('base64');
const bytes = (text) => Buffer.byteLength(text, 'utf8');
const isText = (value) => typeof value === 'string' && value !== '';
const isRecent = (seconds) => Math.abs(Date.now() / 1000 - seconds) < SIGNED_SECONDS;

/** Why a message is refused, or null: by host. */
const SERVICES = {
	'qyapi.weixin.qq.com': {
		name: 'wecom',
		refusal({ path, query, body }) {
			if (path !== '/cgi-bin/webhook/send' || query.get('key') !== 'wecom-key') {
				return 'invalid webhook url';
			}
			if (body.msgtype === 'text') {
				return isText(body.text?.content) && bytes(body.text.content) <= 2048
					? null
					: 'content exceed max length';
			}
			if (body.msgtype !== 'news') return 'invalid msgtype';
			const articles = body.news?.articles ?? [];
			return articles.length >= 1 &&
				articles.length <= 8 &&
				articles.every(
					({ title, description = '', url }) =>
						isText(title) && bytes(title) <= 128 && bytes(description) <= 512 && isText(url),
				)
				? null
				: 'invalid article';
		},
		accepted: [200, { errcode: 0, errmsg: 'ok' }],
		refused: (reason) => [200, { errcode: 93000, errmsg: reason }],
	},
	'open.feishu.cn': {
		name: 'feishu',
		refusal({ path, body }) {
			if (path !== '/open-apis/bot/v2/hook/feishu-token') return 'token is invalid';
			const { timestamp, sign } = body;
			const isSigned =
				/^\d{10}$/.test(timestamp) &&
				isRecent(Number(timestamp)) &&
				sign === hmacSha256(`${timestamp}\n${FEISHU_SECRET}`, '');
			if (!isSigned) return 'sign match fail or timestamp is not within one hour from current time';
			const post = body.content?.post?.zh_cn;
			return body.msg_type === 'post' && Array.isArray(post?.content) ? null : 'params error';
		},
		accepted: [200, { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }],
		refused: (reason) => [200, { code: 19021, msg: reason, data: {} }],
	},
	'oapi.dingtalk.com': {
		name: 'dingtalk',
		refusal({ path, query, body }) {
			if (path !== '/robot/send' || query.get('access_token') !== 'dingtalk-token') {
				return 'token is not exist';
			}
			const timestamp = query.get('timestamp') ?? '';
			const isSigned =
				/^\d{13}$/.test(timestamp) &&
				isRecent(Number(timestamp) / 1000) &&
				query.get('sign') === hmacSha256(DINGTALK_SECRET, `${timestamp}\n${DINGTALK_SECRET}`);
			if (!isSigned) return '签名不匹配';
			const { title, text } = body.markdown ?? {};
			return body.msgtype === 'markdown' && isText(title) && isText(text) ? null : '缺少参数 text';
		},
		accepted: [200, { errcode: 0, errmsg: 'ok' }],
		refused: (reason) => [200, { errcode: 310000, errmsg: reason }],
	},
	'api.day.app': {
		name: 'bark',
		refusal({ path, body }) {
			if (path !== '/push' || body.device_key !== 'bark-key') {
				return 'failed to get device token';
			}
			return isText(body.body) ? null : 'body is empty';
		},
		accepted: [200, { code: 200, message: 'success', timestamp: 1_700_000_000 }],
		refused: (reason) => [400, { code: 400, message: reason, timestamp: 1_700_000_000 }],
	},
	'sctapi.ftqq.com': {
		name: 'serverchan',
		refusal({ path, body }) {
			if (path !== '/SCT-sendkey.send') return '[AUTH]错误的Key';
			return isText(body.title) && [...body.title].length <= 32 ? null : '标题过长或为空';
		},
		accepted: [
			200,
			{ code: 0, message: '', data: { pushid: '1', readkey: 'x', error: 'SUCCESS' } },
		],
		refused: (reason) => [400, { code: 40001, message: reason, info: reason }],
	},
	'www.pushplus.plus': {
		name: 'pushplus',
		refusal({ path, body }) {
			if (path !== '/send' || body.token !== 'pushplus-token') return '用户令牌错误';
			if (!isText(body.content)) return 'content不能为空';
			return body.template === 'markdown' && [...(body.title ?? '')].length <= 100
				? null
				: '参数错误';
		},
		accepted: [200, { code: 200, msg: '请求成功', data: 'x', count: null }],
		refused: (reason) => [200, { code: 903, msg: reason, data: null }],
	},
	'discord.com': {
		name: 'discord',
		refusal({ path, body }) {
			if (path !== '/api/webhooks/1/discord-token') return 'Invalid Webhook Token';
			const [embed] = body.embeds ?? [];
			const isEmbed =
				embed !== undefined && isText(embed.title) && (embed.description ?? '').length <= 4096;
			return isEmbed ? null : 'Cannot send an empty message';
		},
		// Without `wait`, Discord answers 204 and nothing, which n8n 1's HTTP Request can't read.
		accepted: ({ query }) =>
			query.get('wait') === 'true' ? [200, { id: '1', type: 0 }] : [204, null],
		refused: (reason) => [400, { message: reason, code: 50_006 }],
	},
};

export const CHANNEL_HOSTS = Object.keys(SERVICES);

/** The keys that the stand-ins know, put into a workflow as a user would. */
export function fillInKeys(workflow) {
	const replacements = {
		'webhook/send?key=YOUR_KEY': 'webhook/send?key=wecom-key',
		'hook/YOUR_TOKEN': 'hook/feishu-token',
		YOUR_FEISHU_SECRET: FEISHU_SECRET,
		'access_token=YOUR_TOKEN': 'access_token=dingtalk-token',
		YOUR_DINGTALK_SECRET: DINGTALK_SECRET,
		YOUR_DEVICE_KEY: 'bark-key',
		'YOUR_SENDKEY.send': 'SCT-sendkey.send',
		"token: 'YOUR_TOKEN'": "token: 'pushplus-token'",
		'webhooks/YOUR_ID/YOUR_TOKEN': 'webhooks/1/discord-token',
	};
	const fillIn = (value) => {
		if (typeof value === 'string') {
			return Object.entries(replacements).reduce(
				(text, [placeholder, key]) => text.replaceAll(placeholder, key),
				value,
			);
		}
		if (Array.isArray(value)) return value.map(fillIn);
		if (typeof value !== 'object' || value === null) return value;
		return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillIn(each)]));
	};
	for (const node of workflow.nodes) node.parameters = fillIn(node.parameters);
}

export class ChannelStandIns {
	/** What was taken, by service: bodies, in order. */
	taken = {};
	/** What was refused: `{ service, reason }`. */
	refused = [];

	forget() {
		this.taken = {};
		this.refused = [];
	}

	answer(request, text, response) {
		const service = SERVICES[request.headers.host];
		const { pathname, searchParams } = new URL(request.url, 'https://stand-in');
		const reason = this.#refusalOf(service, request, pathname, searchParams, text);
		if (reason === null) (this.taken[service.name] ??= []).push(JSON.parse(text));
		else this.refused.push({ service: service.name, reason });
		const { accepted } = service;
		const answer = typeof accepted === 'function' ? accepted({ query: searchParams }) : accepted;
		const [status, body] = reason === null ? answer : service.refused(reason);
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
		response.end(body === null ? undefined : JSON.stringify(body));
	}

	#refusalOf(service, request, path, query, text) {
		if (request.method !== 'POST') return 'method not allowed';
		if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
			return 'unsupported content type';
		}
		try {
			return service.refusal({ path, query, body: JSON.parse(text) });
		} catch {
			return 'the body is no JSON';
		}
	}
}
