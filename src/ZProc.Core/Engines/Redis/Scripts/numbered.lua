-- A numbered request: a client's requests are carried out in the order of their numbers, each once. ARGV: the client, the
-- request's number, the highest number up to which the client has every outcome.
local NUMBER, RESOLVED = tonumber(ARGV[2]), tonumber(ARGV[3])

-- Returns the outcome when there is nothing to carry out: the client is not a member, the request was carried out before, or an
-- earlier one is missing.
local function settled()
    local sign = redis.call('ZSCORE', ALIVE, CLIENT)
    if not sign then
        return { 'GONE' }
    end
    local time = now()
    if tonumber(sign) < time - 1000000 then
        give_sign(time) -- a request is a sign of life
    end
    local known = redis.call('HMGET', DONE, 'last', ARGV[2])
    local last = tonumber(known[1]) or 0
    if NUMBER <= last then
        return known[2] and cmsgpack.unpack(known[2]) or { 'AGAIN' }
    end
    if NUMBER > last + 1 then
        return { 'EARLY', text(last) }
    end
end

-- Notes an outcome, and forgets those that the client has.
local function settle(outcome, kept)
    local resolved = tonumber(redis.call('HGET', DONE, 'resolved')) or 0
    for number = resolved + 1, RESOLVED do
        redis.call('HDEL', DONE, text(number))
    end
    redis.call('HSET', DONE, ARGV[2], cmsgpack.pack(kept or outcome), 'last', ARGV[2], 'resolved', ARGV[3])
    return outcome
end
