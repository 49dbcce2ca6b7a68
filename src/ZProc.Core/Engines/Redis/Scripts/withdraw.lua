-- Takes a ticket out of its queue. ARGV: 2 the namespace, 3 the ticket's number.
begin_without_memory()
local number = tonumber(ARGV[3])
local queue = redis.call('HGET', QUEUES, ARGV[2]) or ''
for at = 1, #queue, TICKET_BYTES do
    if is_own(string.sub(queue, at, at + TICKET_BYTES - 1), number) then
        set_queue(ARGV[2], string.sub(queue, 1, at - 1) .. string.sub(queue, at + TICKET_BYTES))
        return { 'OUT' }
    end
end
local holder = redis.call('HGET', TURNS, ARGV[2])
return { holder and is_own(holder, number) and 'TURN' or 'NONE' }
