-- Ends turns of the client. ARGV: 2 a namespace, 3 the number of a ticket of it; then more such pairs. A turn that went on while the client
-- was silent is left alone; the ticket of a write is in the queue again then, and nobody waits for it any more.
begin_without_memory()
local ended = {} -- the numbers of each namespace. Its queue is read once: a look for each ticket would take the square of their number
for i = 2, #ARGV, 2 do
    ended[ARGV[i]] = ended[ARGV[i]] or {}
    ended[ARGV[i]][tonumber(ARGV[i + 1])] = true
end
for ns, numbers in pairs(ended) do
    local holder = redis.call('HGET', TURNS, ns)
    local number = holder and ticket_client(holder) == CLIENT and ticket_number(holder)
    local has_turn = number and numbers[number]
    if has_turn then
        numbers[number] = nil
    end
    if next(numbers) then
        take_out(ns, numbers) -- first: else the turn could go on to one of them
    end
    if has_turn then
        advance(ns, now())
    end
end
return { 'OK' }
