import {
	amountOrNull,
	bytesOrNull,
	describeFile,
	idOrNull,
	idSchema,
	livePageUrl,
	numericIdOrNull,
	textOrNull,
	timestampSchema,
} from '../../formats/payload';

test.each([
	[5, true],
	['abc', true],
	['9007199254740993', true],
	['', false],
	[1.5, false],
	[null, false],
])('%j as an id: %s', (value, valid) => {
	expect(idSchema.safeParse(value).success).toBe(valid);
});

test('a timestamp schema says what it expects', () => {
	expect(timestampSchema.safeParse('2021-05-14T17:52:44.4960899+08:00').success).toBe(true);
	expect(timestampSchema.safeParse('today').error?.issues[0]?.message).toMatch(/UTC offset/);
});

test('nothing is null', () => {
	for (const nothing of [null, undefined]) {
		expect(textOrNull(nothing)).toBeNull();
		expect(idOrNull(nothing)).toBeNull();
		expect(amountOrNull(nothing)).toBeNull();
		expect(bytesOrNull(nothing)).toBeNull();
	}
	expect(numericIdOrNull(null)).toBeNull();
	expect(textOrNull('')).toBeNull();
	expect(idOrNull('')).toBeNull();
	expect(idOrNull(0)).toBeNull();
	expect(idOrNull('0')).toBeNull();
	expect(amountOrNull(-1)).toBeNull();
	expect(bytesOrNull(-1)).toBeNull();
});

test('everything else is kept', () => {
	expect(textOrNull(' ')).toBe(' ');
	expect(idOrNull(23058)).toBe('23058');
	expect(idOrNull('00')).toBe('00');
	expect(amountOrNull(0)).toBe(0);
	expect(amountOrNull(4.992)).toBe(4.992);
	expect(bytesOrNull(816412.9)).toBe(816412);
});

test('a size that no double holds exactly is no size', () => {
	expect(bytesOrNull(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
	expect(bytesOrNull(2 ** 53)).toBeNull();
	expect(bytesOrNull(Infinity)).toBeNull();
});

test.each([
	['23058', 23058],
	['0', 0],
	['007', null],
	['3546612345678901', 3546612345678901],
	['9007199254740993', '9007199254740993'],
	['-1', null],
	['1.5', null],
	['channel', null],
	['', null],
])('%j as a number: %j', (id, expected) => {
	expect(numericIdOrNull(id)).toBe(expected);
});

describe('a file', () => {
	test('of which only the path is known', () => {
		expect(describeFile('a/b.MP4')).toEqual({
			path: 'a/b.MP4',
			localPath: null,
			name: 'b.MP4',
			extension: 'mp4',
			role: 'video',
			sizeBytes: null,
			durationSeconds: null,
			openedAt: null,
			closedAt: null,
			sourcePath: null,
			danmakuPath: null,
			coverPath: null,
			relatedPaths: [],
			sourceLocalPath: null,
			danmakuLocalPath: null,
			coverLocalPath: null,
			relatedLocalPaths: [],
		});
	});

	test('of which more is known', () => {
		expect(describeFile('b.csv', { role: 'danmaku', sizeBytes: 5 })).toMatchObject({
			localPath: null,
			role: 'danmaku',
			sizeBytes: 5,
		});
	});
});

describe('live pages', () => {
	test.each([
		['bilibili', '23058', 'https://live.bilibili.com/23058'],
		['BiliBili', '23058', 'https://live.bilibili.com/23058'],
		['douyin', '1', 'https://live.douyin.com/1'],
		['huya', 'a', 'https://www.huya.com/a'],
		['douyu', '9', 'https://www.douyu.com/9'],
		['kuaishou', 'x', 'https://live.kuaishou.com/u/x'],
		['tiktok', 'name', 'https://www.tiktok.com/@name/live'],
		['tiktok', '@name', 'https://www.tiktok.com/@name/live'],
		['twitch', 'name', 'https://www.twitch.tv/name'],
		['twitcasting', 'g:123', 'https://twitcasting.tv/g%3A123'],
	])('%s %s', (platform, id, url) => {
		expect(livePageUrl(platform, id)).toBe(url);
	});

	test('unknown platforms and rooms have none', () => {
		expect(livePageUrl('elsewhere', '1')).toBeNull();
		expect(livePageUrl('constructor', '1')).toBeNull();
		expect(livePageUrl(null, '1')).toBeNull();
		expect(livePageUrl('bilibili', null)).toBeNull();
	});

	test('an id can’t lead elsewhere, nor break it', () => {
		expect(livePageUrl('bilibili', '../evil?x=#')).toBe(
			'https://live.bilibili.com/..%2Fevil%3Fx%3D%23',
		);
		expect(livePageUrl('bilibili', 'a\ud800')).toBe('https://live.bilibili.com/a%EF%BF%BD');
	});
});
