-- Ends the turns and the tickets of a client or a source. ARGV: 2 its id, 3 whether the client leaves for good.
begin_without_memory()
local who, time = ARGV[2], now()
local queues = redis.call('HGETALL', QUEUES)
for i = 1, #queues, 2 do
    local kept = {}
    for at = 1, #queues[i + 1], TICKET_BYTES do
        local ticket = string.sub(queues[i + 1], at, at + TICKET_BYTES - 1)
        if ticket_client(ticket) ~= who and ticket_source(ticket) ~= who then
            kept[#kept + 1] = ticket
        end
    end
    set_queue(queues[i], table.concat(kept))
end
local turns = redis.call('HGETALL', TURNS)
for i = 1, #turns, 2 do
    if ticket_client(turns[i + 1]) == who or ticket_source(turns[i + 1]) == who then
        advance(turns[i], time)
    end
end
if ARGV[3] == '1' then
    redis.call('ZREM', ALIVE, who)
    redis.call('HDEL', DYING, who)
    redis.call('DEL', DONE)
end
return { 'OK' }
