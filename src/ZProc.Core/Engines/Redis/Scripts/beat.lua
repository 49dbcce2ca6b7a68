-- A client's sign of life. It also gives on the turns of clients that have been silent, and claims clients that have been silent for
-- so long that somebody has to clean up after them. ARGV: 2 the microseconds of that silence, 3 the number of tickets that the client
-- waits with; for each ticket the namespace and the number; then the namespaces that the client follows. KEYS after the state's own and the
-- outcomes: for each of these namespaces the record that a removed one has.
local time = now()
begin_without_memory()
give_sign(time)

local turns = redis.call('HGETALL', TURNS)
for i = 1, #turns, 2 do
    if not is_alive(ticket_client(turns[i + 1]), time) then
        take_away(turns[i], turns[i + 1], time)
    end
end

local waited = redis.call('HKEYS', QUEUES)
for i = 1, #waited do
    turn_of(waited[i])
end

local dead = {}
local silent = redis.call('ZRANGEBYSCORE', ALIVE, '-inf', text(time - tonumber(ARGV[2])), 'LIMIT', '0', '8')
for i = 1, #silent do
    local claimed = redis.call('HGET', DYING, silent[i])
    if not claimed or tonumber(claimed) < time then
        redis.call('HSET', DYING, silent[i], text(time + 10000000))
        dead[#dead + 1] = silent[i]
    end
end

-- A claim that has expired is of a clean-up that its member may not have finished. A client that is back has to learn of it, and does so when it
-- joins again.
local claims = redis.call('HGETALL', DYING)
for i = 1, #claims, 2 do
    local sign = tonumber(redis.call('ZSCORE', ALIVE, claims[i]) or time)
    if tonumber(claims[i + 1]) < time and sign > time - tonumber(ARGV[2]) then
        redis.call('ZREM', ALIVE, claims[i])
        redis.call('HDEL', DYING, claims[i])
    end
end

-- The client's tickets in the queue of a namespace, read once: a look for each ticket would take the square of their number.
local queued = {}
local function queued_in(ns)
    if not queued[ns] then
        local numbers, queue = {}, redis.call('HGET', QUEUES, ns) or ''
        for place = 1, #queue, TICKET_BYTES do
            local ticket = string.sub(queue, place, place + TICKET_BYTES - 1)
            if ticket_client(ticket) == CLIENT then
                numbers[ticket_number(ticket)] = true
            end
        end
        queued[ns] = numbers
    end
    return queued[ns]
end

local tickets = {}
local at = 4
for i = 1, tonumber(ARGV[3]) do
    local ns, number = ARGV[at], tonumber(ARGV[at + 1])
    local holder = redis.call('HGET', TURNS, ns)
    local status = 'NONE'
    if holder and is_own(holder, number) then
        status = 'TURN'
    elseif queued_in(ns)[number] then
        status = 'WAIT'
    end
    tickets[i] = status
    at = at + 2
end

-- The record of a removed namespace lasts for as long as a client follows it: without the record, the revisions of the next one of the name
-- would begin anew, and the client would take them for those that it has. Output comes once to a name.
local function renew(record)
    local left = redis.call('TTL', record)
    if left >= 0 and left < 518400 then
        redis.call('EXPIRE', record, '604800')
    end
end

local revisions = {}
for i = at, #ARGV do
    local raw = redis.call('HGET', SPACES, ARGV[i])
    if not raw then
        raw = redis.call('GET', KEYS[8 + i - at])
        if raw and string.sub(ARGV[i], 1, 8) ~= '$output/' then
            renew(KEYS[8 + i - at])
        end
    end
    revisions[#revisions + 1] = raw and text(unpack_number(raw, 1)) or ''
end
return { 'OK', text(sequence()), dead, tickets, revisions }
