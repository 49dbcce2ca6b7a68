-- Makes a commit, whole or not at all. ARGV after the numbered part: 4 the namespace, 5 the turn (0: none), 6 whether the commit
-- ends the turn, 7 whether equal values count as changes, 8 the mode ('', 'clear', 'remove' or 'pop'), 9 whether the values before
-- are wanted, 10 to 12 the limits of the log (updates, bytes, updates kept at least), 13 how long the record of a removed
-- namespace is kept in seconds, 14 the source's id, 15 the source as it is encoded, 16 whether
-- the update is wanted; then for each key: the key, the revision that it
-- must have ('' for any), and 'S' and the value to set, 'A' and the whole number to add, 'D' to remove the key, or 'K' to keep it.
local ns, turn, ends_turn, force, mode, wanted = ARGV[4], ARGV[5], ARGV[6] == '1', ARGV[7] == '1', ARGV[8], ARGV[9] == '1'
local FIRST, HEADER = 17, 16 -- the first key's argument; the bytes of an entry before its value
local NEVER = pack_number(0) -- the revision of a missing key

-- The kinds of whole numbers that this script adds, as they are encoded: a byte for the kind, then the number, the lowest byte first.
local NULL, INT32, INT64 = '\000', 6, 8
local EXACT = 9007199254740992 -- a number of Lua has all digits of whole numbers below this

-- The kind and the number; nothing where the value is no such number, or one with more digits.
local function whole_number(value)
    local kind = string.byte(value)
    if not (kind == INT32 and #value == 5) and not (kind == INT64 and #value == 9) then
        return nil
    end
    local low = struct.unpack('<I4', value, 2)
    local high = kind == INT64 and struct.unpack('<I4', value, 6) or low
    if high >= 2147483648 then
        high = high - 4294967296
    end
    local number = kind == INT64 and high * 4294967296 + low or high
    if number <= -EXACT or number >= EXACT then
        return nil
    end
    return kind, number
end

-- The sum of two values; nil where the client has to work it out.
local function add(before, by)
    if not before or before == NULL then
        return by
    end
    local left_kind, left = whole_number(before)
    local right_kind, right = whole_number(by)
    if not left_kind or not right_kind then
        return nil
    end
    local kind, sum = math.max(left_kind, right_kind), left + right
    local low = struct.pack('<I4', sum % 4294967296)
    if kind == INT32 then
        return sum >= -2147483648 and sum < 2147483648 and string.char(kind) .. low or nil
    end
    return sum > -EXACT and sum < EXACT and string.char(kind) .. low .. struct.pack('<I4', math.floor(sum / 4294967296) % 4294967296) or nil
end

local outcome = settled()
if outcome then
    return outcome
end

local holder = turn_of(ns)
if turn ~= '0' then
    if not holder or not is_own(holder, tonumber(turn)) then
        return settle(is_queued(ns, tonumber(turn)) and { 'WAIT', turn } or { 'LOST' })
    end
elseif holder then
    return settle({ 'WAIT', text((take_turn(ns, ARGV[14], 'W'))) })
end

local keys = {}
for i = FIRST, #ARGV, 3 do
    keys[#keys + 1] = ARGV[i]
end

local entries = {}
for i = 1, #keys, 1000 do
    local some = redis.call('HMGET', VALUES, unpack(keys, i, math.min(i + 999, #keys)))
    for j = 1, #some do
        entries[i + j - 1] = some[j]
    end
end

-- Makes nothing, and answers with the entries that the client did not expect.
local function refuse()
    -- The revisions alone are kept: they tell a client that did not get this answer which condition did not hold.
    local stale, kept = { 'STALE', text(sequence()) }, { 'REFUSED', text(sequence()) }
    for i = 1, #keys do
        stale[i + 2] = entries[i]
        kept[i + 2] = entries[i] and string.sub(entries[i], 1, 8)
    end
    return settle(stale, kept)
end

for i = 1, #keys do
    local expected = ARGV[FIRST + 3 * i - 2]
    if expected ~= '' and (entries[i] and string.sub(entries[i], 1, 8) or NEVER) ~= expected then
        return refuse()
    end
end

local changes = {} -- key, value before, value after; false for a missing one
local function change(key, before, after)
    if before ~= after or (force and after) then
        changes[#changes + 1] = { key, before, after }
    end
end

local befores = {}
local named = {}
for i = 1, #keys do
    local before = entries[i] and string.sub(entries[i], HEADER + 1)
    local action = ARGV[FIRST + 3 * i - 1]
    local kind = string.sub(action, 1, 1)
    befores[i] = before
    named[keys[i]] = true
    if kind == 'S' then
        change(keys[i], before, string.sub(action, 2))
    elseif kind == 'A' then
        local sum = add(before, string.sub(action, 2))
        if not sum then
            return refuse()
        end
        change(keys[i], before, sum)
    elseif kind == 'D' and before then
        change(keys[i], before, false)
    end
end

if mode == 'clear' or mode == 'remove' then
    local all = redis.call('HGETALL', VALUES)
    for i = 1, #all, 2 do
        if not named[all[i]] then
            change(all[i], string.sub(all[i + 1], HEADER + 1), false)
        end
    end
elseif mode == 'pop' then
    local key = redis.call('HRANDFIELD', VALUES)
    if not key then
        return settle({ 'EMPTY', text(sequence()) })
    end
    befores = { key, string.sub(redis.call('HGET', VALUES, key), HEADER + 1) }
    change(key, befores[2], false)
end

local space = read_space(ns)
local removes = mode == 'remove'
local update = ''
local changed = #changes > 0 or (removes and space.exists)
if changed then
    if not space.exists then
        space.removed = space.revision
        space.count, space.bytes = 0, 0
        redis.call('DEL', GONE)
        redis.call('PERSIST', LOG)
    end

    space.revision = space.revision + 1
    space.time = now()
    space.stamp = CLIENT .. pack_number(NUMBER)
    local number = redis.call('HINCRBY', META, 'sequence', '1')
    local head = pack_number(space.revision) .. pack_number(space.time)

    -- The update, as MessagePack: its parts have fixed forms, so that they only have to be joined.
    local parts = {
        '\219', struct.pack('>I4', #ns), ns, '\211', pack_number(space.revision), '\211', pack_number(number),
        '\211', pack_number(space.time), ARGV[15], removes and '\195' or '\194', '\198', struct.pack('>I4', #space.stamp), space.stamp,
        '\221', struct.pack('>I4', #changes),
    }
    local function add_value(value)
        if value then
            parts[#parts + 1] = '\198'
            parts[#parts + 1] = struct.pack('>I4', #value)
            parts[#parts + 1] = value
        else
            parts[#parts + 1] = '\192'
        end
    end
    for i = 1, #changes do
        local key, before, after = changes[i][1], changes[i][2], changes[i][3]
        parts[#parts + 1] = '\219'
        parts[#parts + 1] = struct.pack('>I4', #key)
        parts[#parts + 1] = key
        add_value(before)
        add_value(after)
        space.bytes = space.bytes - (before and #before or 0) + (after and #after or 0)
        if after then
            redis.call('HSET', VALUES, key, head .. after)
        else
            redis.call('HDEL', VALUES, key)
        end
    end
    update = table.concat(parts)

    space.kept = redis.call('RPUSH', LOG, update)
    space.logged = space.logged + #update
    local most, bytes, least = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
    while space.kept > math.min(least, most) and (space.kept > most or space.logged > bytes) do
        space.logged = space.logged - #redis.call('LPOP', LOG)
        space.kept = space.kept - 1
    end

    space.count = redis.call('HLEN', VALUES)
    if removes then
        redis.call('HDEL', SPACES, ns)
        redis.call('SET', GONE, pack_space(space), 'EX', ARGV[13])
        redis.call('EXPIRE', LOG, '60')
    else
        redis.call('HSET', SPACES, ns, pack_space(space))
    end

    -- A reader fetches a large update itself: what is published is kept for every subscriber that is slow.
    if #update > 65536 then
        update = ''
    end
    redis.call('PUBLISH', PREFIX .. 'u:' .. ns, update)
end

if turn ~= '0' and ends_turn then
    advance(ns, now())
end

local reply = { 'OK', changed and '1' or '0', text(space.revision), text(sequence()), ARGV[16] == '1' and update or '' }
if wanted then
    for i = 1, #befores do
        reply[i + 5] = befores[i]
    end
end
return settle(reply)
