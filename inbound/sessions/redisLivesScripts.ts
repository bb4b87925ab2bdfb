/*
 * What Redis does in one step each. A room's entries are a list, what was put out of it a text, when to look at it a score;
 * the steady state of a room is a hash.
 */

/**
 * KEYS: entries, due, seen. ARGV: entry, room, when to look, seconds to expiry, what the entry is known by, when it came, for how long
 * that makes another the same or ''. The room is looked at no sooner than its last event says; an event that is known says nothing.
 */
export const NOTE = `
local before = tonumber(redis.call('HGET', KEYS[3], ARGV[5]) or '')
if before ~= nil and (ARGV[7] == '' or math.abs(tonumber(ARGV[6]) - before) < tonumber(ARGV[7])) then
	return 'known'
end
redis.call('HSET', KEYS[3], ARGV[5], ARGV[6])
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 'done'`;

/** KEYS: entries, done. What is known of a room: its entries, and what was put out. */
export const LOOK_AT_ROOM = `
return {redis.call('LRANGE', KEYS[1], 0, -1), redis.call('GET', KEYS[2]) or '[]'}`;

/**
 * KEYS: due, entries, done, lock (the last three without the room). ARGV: now, token, lease. The first room that is due and that nobody
 * has: its name, entries, what was put out, its score.
 */
export const CLAIM_ROOM = `
for _, room in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)) do
	if redis.call('SET', KEYS[4] .. room, ARGV[2], 'NX', 'PX', ARGV[3]) then
		local done = redis.call('GET', KEYS[3] .. room) or '[]'
		local score = redis.call('ZSCORE', KEYS[1], room)
		return {room, redis.call('LRANGE', KEYS[2] .. room, 0, -1), done, score}
	end
end
return false`;

/**
 * KEYS: due, entries, done, lock, seen. ARGV: room, token, score, next score or '', what was put out, seconds to expiry, entries that are
 * gone. An event that came meanwhile has set another score, which stands. What was seen of the others is forgotten with those that are
 * gone: should it come again, whoever looks sees that it is the same.
 */
export const SETTLE_ROOM = `
if #ARGV > 6 then
	redis.call('DEL', KEYS[5])
end
for index = 7, #ARGV do
	redis.call('LREM', KEYS[2], 1, ARGV[index])
end
redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6])
if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[3] then
	if ARGV[4] == '' then
		redis.call('ZREM', KEYS[1], ARGV[1])
	else
		redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
	end
end
if redis.call('GET', KEYS[4]) == ARGV[2] then
	redis.call('DEL', KEYS[4])
end
return 'done'`;

/** KEYS: lock. ARGV: token. The room may be looked at again at once. */
export const UNLOCK_ROOM = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('DEL', KEYS[1])
end
return 'done'`;

/** KEYS: state, ends. ARGV: when it started, span, room, seconds to expiry. */
export const JUDGE_START = `
local at = tonumber(ARGV[1])
local ended = tonumber(redis.call('HGET', KEYS[1], 'endedAt') or '')
local started = tonumber(redis.call('HGET', KEYS[1], 'startedAt') or '')
if started == nil or at > started then
	redis.call('HSET', KEYS[1], 'startedAt', ARGV[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ended ~= nil and at >= ended and at - ended <= tonumber(ARGV[2]) then
	redis.call('HDEL', KEYS[1], 'endedAt', 'held')
	redis.call('ZREM', KEYS[2], ARGV[3])
	return 'leave_out'
end
return 'pass'`;

/** KEYS: state, ends. ARGV: when it ended, span, room, seconds to expiry, when it came, the event. */
export const JUDGE_END = `
local at = tonumber(ARGV[1])
local started = tonumber(redis.call('HGET', KEYS[1], 'startedAt') or '')
if started ~= nil and started > at and started - at <= tonumber(ARGV[2]) then
	return 'leave_out'
end
if redis.call('HEXISTS', KEYS[1], 'endedAt') == 1 then
	return 'leave_out'
end
local till = at + tonumber(ARGV[2])
if till <= tonumber(ARGV[5]) then
	return 'pass'
end
redis.call('HSET', KEYS[1], 'endedAt', ARGV[1], 'held', ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], string.format('%.0f', till), ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 'hold'`;

/** KEYS: ends, state (without the room). ARGV: now. Rooms whose time is over, each with its event. */
export const DUE_ENDS = `
local due = {}
for _, room in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)) do
	due[#due + 1] = {room, redis.call('HGET', KEYS[2] .. room, 'held') or ''}
end
return due`;

/** KEYS: ends, state. ARGV: room, the event. Another end that is held by now stays. */
export const RELEASE_END = `
if (redis.call('HGET', KEYS[2], 'held') or '') == ARGV[2] then
	redis.call('HDEL', KEYS[2], 'endedAt', 'held')
	redis.call('ZREM', KEYS[1], ARGV[1])
end
return 'done'`;
