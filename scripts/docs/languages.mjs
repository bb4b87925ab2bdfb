/** How the documents say what the formats say in English. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPO_FOLDER } from './fromDist.mjs';

/** Chinese by English. Sentences nobody asks for are as wrong as sentences that are missing. */
export const CHINESE_FILE = 'docs/zh-CN.json';
const chinese = new Map(
	Object.entries(JSON.parse(await readFile(join(REPO_FOLDER, CHINESE_FILE), 'utf8'))),
);
const asked = new Set();

function toChinese(sentence) {
	asked.add(sentence);
	return chinese.get(sentence) ?? sentence;
}

/** What docs/zh-CN.json lacks, and what it has for nobody, once all documents were written. */
export function gapsOfChinese() {
	return [
		...[...asked].filter((sentence) => !chinese.has(sentence)).map((text) => `  missing: ${text}`),
		...[...chinese.keys()]
			.filter((sentence) => !asked.has(sentence))
			.map((text) => `  no longer said: ${text}`),
	];
}

export const english = {
	reference: 'reference.md',
	recorderPage: 'recorders.md',
	trigger: 'Trigger',
	readOn: 'Read on',
	setup: 'setup and limits',
	events: 'events',
	event: 'Event',
	nativeType: 'In the recorder’s words',
	kind: 'Kind',
	when: 'When',
	housekeeping: 'Housekeeping, left out unless chosen',
	colon: ': ',
	comma: ', ',
	fullStop: '.',
	member: 'Member',
	type: 'Type',
	meaning: 'Meaning',
	from: 'From',
	theTriggers: 'every trigger, from the events of a room',
	parameter: 'Parameter',
	option: 'Option',
	whatItDoes: 'What it does',
	everyItem: 'Every item',
	types: { string: 'text', time: 'time', number: 'number', object: 'object', boolean: 'boolean' },
	orNull: (type) => `${type} or null`,
	listOf: (type) => `list of ${type}`,
	blockIn: (block, kinds) => `${block}, in ${kinds}`,
	kindTitle: (title) => title,
	recorderTitle: (title) => title,
	links: (events, documentation) => `([its events](${events}), [its documents](${documentation}))`,
	goodToKnow: 'Good to know',
	recorder: 'Recorder',
	abilities: {
		webhooks: 'The URL registers itself',
		addRoom: 'Rooms: list, add, remove',
		startRecording: 'Start, stop',
		splitFile: 'Split file',
		listRecordings: 'List recordings',
		recordingRequest: 'Download',
	},
	translate: (sentence) => sentence,
};

const han = /\p{Script=Han}/u;

export const simplifiedChinese = {
	reference: 'reference.zh-CN.md',
	recorderPage: 'recorders.zh-CN.md',
	trigger: '触发器',
	readOn: '说明',
	setup: '设置与须知',
	events: '事件',
	event: '事件',
	nativeType: '录播软件中的名称',
	kind: '种类（kind）',
	when: '说明',
	housekeeping: '内部事件，需单独勾选',
	colon: '：',
	comma: '、',
	fullStop: '。',
	member: '字段',
	type: '类型',
	meaning: '含义',
	from: '来自',
	theTriggers: '每个触发器，由直播间的事件得出',
	parameter: '参数',
	option: '选项（Options）',
	whatItDoes: '作用',
	everyItem: '每个事件都有',
	types: { string: '文本', time: '时间', number: '数字', object: '对象', boolean: '布尔' },
	orNull: (type) => `${type}或 null`,
	listOf: (type) => `${type}${/[`a-z]$/.test(type) ? ' ' : ''}列表`,
	blockIn: (block, kinds) => `${block}，在 ${kinds} 里`,
	kindTitle: (title) => `${title}（${toChinese(title)}）`,
	/** `BililiveRecorder (录播姬)` is 录播姬（BililiveRecorder） to those who read Chinese. */
	recorderTitle(title) {
		const [, name, other] = /^(.+) \((.+)\)$/.exec(title) ?? [];
		if (other === undefined) return title;
		return han.test(other) ? `${other}（${name}）` : `${name}（${other}）`;
	},
	links: (events, documentation) => `（[事件](${events})、[官方文档](${documentation})）`,
	goodToKnow: '须知',
	recorder: '录播软件',
	abilities: {
		webhooks: '自动登记 URL',
		addRoom: '直播间：列出、添加、移除',
		startRecording: '开始、停止录制',
		splitFile: '切割文件',
		listRecordings: '列出录像',
		recordingRequest: '下载录像',
	},
	translate: toChinese,
};
