-- Strikes a client off that is gone and cleaned up after, and one that came back meanwhile: it joins again, and so learns of that. One that
-- has joined again already stays. ARGV: 2 its id. DONE is the dead client's.
if redis.call('HDEL', DYING, ARGV[2]) == 1 then
    redis.call('ZREM', ALIVE, ARGV[2])
    redis.call('EXPIRE', DONE, '600') -- it may come back and ask for outcomes
end
return { 'OK' }
