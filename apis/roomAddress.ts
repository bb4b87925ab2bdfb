import type { RoomRef } from './recorderApi';

/** Pages of live rooms: `live.bilibili.com/23058`, `www.huya.com/lpl`. */
const PAGES: ReadonlyArray<readonly [RegExp, string]> = [
	[/^(?:https?:\/\/)?live\.bilibili\.com\/(?:h5\/|blanc\/)?(\d+)/i, 'bilibili'],
	[/^(?:https?:\/\/)?live\.douyin\.com\/([\w.-]+)/i, 'douyin'],
	[/^(?:https?:\/\/)?(?:www\.)?huya\.com\/([\w.-]+)/i, 'huya'],
	[/^(?:https?:\/\/)?live\.kuaishou\.com\/u\/([\w.-]+)/i, 'kuaishou'],
	[/^(?:https?:\/\/)?(?:www\.)?tiktok\.com\/@([\w.-]+)/i, 'tiktok'],
	[/^(?:https?:\/\/)?(?:www\.)?weibo\.com\/l\/wblive\/p\/show\/([\w:.-]+)/i, 'weibo'],
	[/^(?:https?:\/\/)?(?:www\.)?xiaohongshu\.com\/livestream\/(?:\w+\/)?([\w.-]+)/i, 'xiaohongshu'],
];

/**
 * A room by its id (`23058`), by platform and id (`huya:lpl`), or by the link of its page.
 * Null where the text is none of these.
 */
export function readRoomAddress(text: string): RoomRef | null {
	const given = text.trim();
	for (const [page, platform] of PAGES) {
		const id = page.exec(given)?.[1];
		if (id !== undefined) return { id, platform };
	}
	if (/^https?:|\/|\s/i.test(given) || given === '' || given.length > 200) return null;
	const [, platform, id] = /^([a-z]+):(.+)$/i.exec(given) ?? [];
	if (platform !== undefined && id !== undefined) return { id, platform: platform.toLowerCase() };
	return { id: given, platform: null };
}

/** The inverse: what a list of rooms is chosen from holds. */
export function roomAddress({ id, platform }: RoomRef): string {
	return platform === null || platform === 'bilibili' ? id : `${platform}:${id}`;
}
