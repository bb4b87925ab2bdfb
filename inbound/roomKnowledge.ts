import type { RecorderEvent, Room, Streamer } from '../formats/recorderEvent';
import type { About } from './about';

/** What is known of a room and its streamer, held against what an event says of them. */

/** Whether more is said of a room than which one it is. */
export function saysMoreThanItsId({ room, streamer }: About): boolean {
	return [
		room.title,
		room.coverUrl,
		room.area.parent,
		room.area.child,
		streamer.id,
		streamer.name,
	].some((value) => value !== null);
}

/** Whether an event leaves open, or says again, all that is known of its room and streamer. */
export function saysNothingNew({ room, streamer }: RecorderEvent, known: About): boolean {
	return (
		isOldNews(room.id, known.room.id) &&
		isOldNews(room.shortId, known.room.shortId) &&
		isOldNews(room.platform, known.room.platform) &&
		isOldNews(room.title, known.room.title) &&
		isOldNews(room.url, known.room.url) &&
		isOldNews(room.coverUrl, known.room.coverUrl) &&
		isSameAreaOrNone(room.area, known.room.area) &&
		isOldNews(streamer.id, known.streamer.id) &&
		isOldNews(streamer.name, known.streamer.name) &&
		isOldNews(streamer.avatarUrl, known.streamer.avatarUrl)
	);
}

function isOldNews(said: string | null, known: string | null): boolean {
	return said === null || said === known;
}

/** A parent without its child is another category. */
function isSameAreaOrNone(said: Room['area'], known: Room['area']): boolean {
	const isNone = said.parent === null && said.child === null;
	return isNone || (said.parent === known.parent && said.child === known.child);
}

/*
 * Member by member, as every event comes by here: walking over the members by name takes ten times as long. What is filled
 * in is a new block; a block without gaps that memory could fill is given back itself.
 */

/** A room's gaps filled with what is known of it. */
export function fillRoom(room: Room, known: Room): Room {
	// A parent of one category and a child of another would be a category that doesn't exist.
	const knowsArea = room.area.parent !== null || room.area.child !== null;
	const lacksArea = !knowsArea && (known.area.parent !== null || known.area.child !== null);
	const hasGap =
		lacksArea ||
		(room.shortId === null && known.shortId !== null) ||
		(room.platform === null && known.platform !== null) ||
		(room.title === null && known.title !== null) ||
		(room.url === null && known.url !== null) ||
		(room.coverUrl === null && known.coverUrl !== null);
	if (!hasGap) return room;
	return {
		id: room.id ?? known.id,
		shortId: room.shortId ?? known.shortId,
		platform: room.platform ?? known.platform,
		title: room.title ?? known.title,
		url: room.url ?? known.url,
		coverUrl: room.coverUrl ?? known.coverUrl,
		area: knowsArea ? room.area : { ...known.area },
	};
}

/** A streamer's gaps filled with what is known of them. */
export function fillStreamer(streamer: Streamer, known: Streamer): Streamer {
	const hasGap =
		(streamer.id === null && known.id !== null) ||
		(streamer.name === null && known.name !== null) ||
		(streamer.avatarUrl === null && known.avatarUrl !== null);
	if (!hasGap) return streamer;
	return {
		id: streamer.id ?? known.id,
		name: streamer.name ?? known.name,
		avatarUrl: streamer.avatarUrl ?? known.avatarUrl,
	};
}

/** Whether all that an event says of its room and streamer is known otherwise, or the same. */
export function fillsNoGap({ room, streamer }: RecorderEvent, known: About): boolean {
	return (
		fillRoom(known.room, room) === known.room &&
		fillStreamer(known.streamer, streamer) === known.streamer
	);
}

/** Whether the same is known of a room. */
export function isSameRoom(a: Room, b: Room): boolean {
	return (
		a.id === b.id &&
		a.shortId === b.shortId &&
		a.platform === b.platform &&
		a.title === b.title &&
		a.url === b.url &&
		a.coverUrl === b.coverUrl &&
		a.area.parent === b.area.parent &&
		a.area.child === b.area.child
	);
}

/** Whether the same is known of a streamer. */
export function isSameStreamer(a: Streamer, b: Streamer): boolean {
	return a.id === b.id && a.name === b.name && a.avatarUrl === b.avatarUrl;
}
