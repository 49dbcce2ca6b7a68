-- What every script begins with. KEYS: the state's own keys, the outcomes of the client, and, for a script about one
-- namespace, those of the namespace. An engine may lock the keys that are declared and no others, so no script makes one up.
local META, SPACES, TURNS, QUEUES, ALIVE, DYING = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local DONE, VALUES, LOG, GONE = KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local CLIENT = ARGV[1]
local PREFIX = string.sub(META, 1, -5) -- META without "meta"
local SILENCE = 3000000 -- microseconds after which a client loses its turns
local BEAT = 1000000 -- microseconds between the signs of life of a client

local CLIENT_BYTES = 32 -- an id as hexadecimal digits
local TICKET_BYTES = 8 + 2 * CLIENT_BYTES + 1 -- its number, the client, the source, 'W' for a write and 'T' for a turn

-- A whole number as text, with every digit.
local function text(number)
    return string.format('%.0f', number)
end

-- A whole number as eight bytes, the most significant one first. Two halves: not every engine packs eight bytes right.
local function pack_number(number)
    return struct.pack('>I4I4', math.floor(number / 4294967296), number % 4294967296)
end

local function unpack_number(raw, at)
    local high, low = struct.unpack('>I4I4', raw, at)
    return high * 4294967296 + low
end

-- Microseconds since 1970.
local function now()
    local time = redis.call('TIME')
    return time[1] * 1000000 + time[2]
end

local function sequence()
    return tonumber(redis.call('HGET', META, 'sequence')) or 0
end

-- The record of a namespace. "removed" is the revision of its last removal, "kept" counts the updates of the log,
-- "stamp" names the client and the request of the newest update.
local function unpack_space(raw, exists)
    return {
        exists = exists, revision = unpack_number(raw, 1), removed = unpack_number(raw, 9), count = unpack_number(raw, 17),
        bytes = unpack_number(raw, 25), logged = unpack_number(raw, 33), time = unpack_number(raw, 41), kept = unpack_number(raw, 49),
        stamp = string.sub(raw, 57),
    }
end

local function read_space(ns)
    local raw = redis.call('HGET', SPACES, ns)
    if raw then
        return unpack_space(raw, true)
    end
    raw = redis.call('GET', GONE)
    local space = raw and unpack_space(raw, false)
        or { exists = false, revision = 0, removed = 0, count = 0, bytes = 0, logged = 0, time = 0, kept = 0, stamp = '' }
    space.kept = redis.call('LLEN', LOG) -- the log of a namespace that was removed expires
    if space.kept == 0 then
        space.logged = 0
    end
    return space
end

local function pack_space(space)
    return pack_number(space.revision) .. pack_number(space.removed) .. pack_number(space.count) .. pack_number(space.bytes)
        .. pack_number(space.logged) .. pack_number(space.time) .. pack_number(space.kept) .. space.stamp
end

-- Notes a sign of life. A time in which nobody gave one does not count as silence: the engine was suspended, failed over or was away, and
-- the first to come back would take all others for gone. The same holds for a clock that was set.
local function give_sign(time)
    local newest = tonumber(redis.call('ZREVRANGE', ALIVE, '0', '0', 'WITHSCORES')[2]) or time
    if time - newest > 2 * BEAT or newest > time + BEAT then
        local by = time - newest - BEAT
        local signs = redis.call('ZRANGE', ALIVE, '0', '-1', 'WITHSCORES')
        for i = 1, #signs, 2 do
            redis.call('ZADD', ALIVE, text(tonumber(signs[i + 1]) + by), signs[i])
        end
    end
    redis.call('ZADD', ALIVE, text(time), CLIENT)
end

-- Redis refuses what may take memory when it has none left, unless the script has written before. What ends something, and a sign of
-- life, must not fail: so its script begins with a write that takes none, and changes nothing.
local function begin_without_memory()
    redis.call('HDEL', META, '')
end

local function is_alive(client, time)
    local sign = redis.call('ZSCORE', ALIVE, client)
    return sign and tonumber(sign) > time - SILENCE
end

local function ticket_number(ticket) return unpack_number(ticket, 1) end
local function ticket_client(ticket) return string.sub(ticket, 9, 8 + CLIENT_BYTES) end
local function ticket_source(ticket) return string.sub(ticket, 9 + CLIENT_BYTES, 8 + 2 * CLIENT_BYTES) end

local function set_queue(ns, queue)
    if queue == '' then
        redis.call('HDEL', QUEUES, ns)
    else
        redis.call('HSET', QUEUES, ns, queue)
    end
end

-- Gives the turn of a namespace to the first in its queue that is alive. The tickets of silent clients keep their places: all
-- clients seem silent after the engine itself was suspended, and a client's writes stay in order.
local function advance(ns, time)
    local queue = redis.call('HGET', QUEUES, ns) or ''
    for at = 1, #queue, TICKET_BYTES do
        local ticket = string.sub(queue, at, at + TICKET_BYTES - 1)
        if is_alive(ticket_client(ticket), time) then
            redis.call('HSET', TURNS, ns, ticket)
            set_queue(ns, string.sub(queue, 1, at - 1) .. string.sub(queue, at + TICKET_BYTES))
            redis.call('PUBLISH', PREFIX .. 'to:' .. ticket_client(ticket), string.sub(ticket, 1, 8))
            return
        end
    end
    redis.call('HDEL', TURNS, ns)
end

-- Takes the turn of a namespace from a silent client. A write that had it for itself goes back to its place, before the client's
-- later writes.
local function take_away(ns, ticket, time)
    if string.sub(ticket, TICKET_BYTES) == 'W' then
        redis.call('HSET', QUEUES, ns, ticket .. (redis.call('HGET', QUEUES, ns) or ''))
    end
    advance(ns, time)
end

-- Whether a ticket is the client's one with a number. After a fail-over that took tickets back, other clients get their numbers.
local function is_own(ticket, number)
    return ticket_number(ticket) == number and ticket_client(ticket) == CLIENT
end

-- Whether the client's ticket with a number is in the queue.
local function is_queued(ns, number)
    local queue = redis.call('HGET', QUEUES, ns) or ''
    for at = 1, #queue, TICKET_BYTES do
        if is_own(string.sub(queue, at, at + TICKET_BYTES - 1), number) then
            return true
        end
    end
    return false
end

-- Takes those of the client's tickets out of the queue whose numbers a table has as keys. Returns whether one was there.
local function take_out(ns, numbers)
    local queue, kept = redis.call('HGET', QUEUES, ns) or '', {}
    for at = 1, #queue, TICKET_BYTES do
        local ticket = string.sub(queue, at, at + TICKET_BYTES - 1)
        if ticket_client(ticket) ~= CLIENT or not numbers[ticket_number(ticket)] then
            kept[#kept + 1] = ticket
        end
    end
    local was_there = #kept * TICKET_BYTES < #queue
    if was_there then
        set_queue(ns, table.concat(kept))
    end
    return was_there
end

-- The ticket that has the turn of a namespace, once the turn was offered to the queue. False when nobody has it and nobody who is
-- alive waits for it.
local function turn_of(ns)
    local holder = redis.call('HGET', TURNS, ns)
    if not holder and redis.call('HEXISTS', QUEUES, ns) == 1 then
        advance(ns, now())
        holder = redis.call('HGET', TURNS, ns)
    end
    return holder
end

-- Takes the turn when it is free, or queues. Returns the ticket's number and whether it has the turn. A number comes once, also after a
-- fail-over took the newest ones back: the clock has gone on.
local function take_turn(ns, source, kind)
    local number = math.max((tonumber(redis.call('HGET', META, 'ticket')) or 0) + 1, now())
    redis.call('HSET', META, 'ticket', text(number))
    local ticket = pack_number(number) .. CLIENT .. source .. kind
    if turn_of(ns) then
        redis.call('HSET', QUEUES, ns, (redis.call('HGET', QUEUES, ns) or '') .. ticket)
        return number, false
    end
    redis.call('HSET', TURNS, ns, ticket)
    return number, true
end
