-- Ends a turn. ARGV: 2 the namespace, 3 the ticket's number. A turn that was lost is left alone.
begin_without_memory()
local holder = redis.call('HGET', TURNS, ARGV[2])
if holder and is_own(holder, tonumber(ARGV[3])) then
    advance(ARGV[2], now())
end
return { 'OK' }
