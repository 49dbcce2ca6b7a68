-- Takes a ticket out of its queue. ARGV: 2 the namespace, 3 the ticket's number.
begin_without_memory()
local number = tonumber(ARGV[3])
if take_out(ARGV[2], { [number] = true }) then
    return { 'OUT' }
end
local holder = redis.call('HGET', TURNS, ARGV[2])
return { holder and is_own(holder, number) and 'TURN' or 'NONE' }
