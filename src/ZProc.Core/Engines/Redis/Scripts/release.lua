-- Ends a turn. ARGV: 2 the namespace, 3 the ticket's number. A turn that went on while the client was silent is left alone; the ticket of
-- a write is in the queue again then, and nobody waits for it any more.
begin_without_memory()
local number = tonumber(ARGV[3])
local holder = redis.call('HGET', TURNS, ARGV[2])
if holder and is_own(holder, number) then
    advance(ARGV[2], now())
else
    take_out(ARGV[2], number)
end
return { 'OK' }
