-- Ends a turn. ARGV: 2 the namespace, 3 the ticket's number. A turn that was lost is left alone.
local holder = redis.call('HGET', TURNS, ARGV[2])
if holder and ticket_number(holder) == tonumber(ARGV[3]) and ticket_client(holder) == CLIENT then
    advance(ARGV[2], now())
end
return { 'OK' }
