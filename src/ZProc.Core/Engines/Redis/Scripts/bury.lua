-- Strikes a client off that is gone and cleaned up after. ARGV: 2 its id, 3 the microseconds of silence. DONE is the dead client's.
local sign = redis.call('ZSCORE', ALIVE, ARGV[2])
if sign and tonumber(sign) <= now() - tonumber(ARGV[3]) then
    redis.call('ZREM', ALIVE, ARGV[2])
    redis.call('EXPIRE', DONE, '600') -- it may come back and ask for outcomes
end
redis.call('HDEL', DYING, ARGV[2])
return { 'OK' }
