import { idOrNull, livePageUrl, textOrNull } from '../payload';
import type { Room, Streamer } from '../recorderEvent';

/** What both of its formats say of a room. Platforms come as `Bilibili` or `bilibili`, Xiaohongshu as `XHS`. */
export function describeRoom(data: {
	readonly roomId?: string | number | null | undefined;
	readonly platform?: string | null | undefined;
	readonly title?: string | null | undefined;
	readonly username?: string | null | undefined;
}): { room: Partial<Room>; streamer: Partial<Streamer> } {
	const id = idOrNull(data.roomId);
	const platform = textOrNull(data.platform)?.toLowerCase() ?? null;
	return {
		room: {
			id,
			platform: platform === 'xhs' ? 'xiaohongshu' : platform,
			title: textOrNull(data.title),
			url: livePageUrl(platform, id),
		},
		streamer: { name: textOrNull(data.username) },
	};
}

/** How biliLive-tools writes a platform's name in its events. */
const NAMES: ReadonlyMap<string, string> = new Map([
	['bilibili', 'Bilibili'],
	['douyin', 'DouYin'],
	['douyu', 'DouYu'],
	['huya', 'HuYa'],
	['tiktok', 'TikTok'],
	['xiaohongshu', 'XHS'],
]);

/** The platform in its events' own spelling. */
export function platformName(platform: string | null): string {
	return platform === null ? '' : (NAMES.get(platform.toLowerCase()) ?? platform);
}
