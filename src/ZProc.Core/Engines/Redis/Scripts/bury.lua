-- Strikes a client off that was cleaned up after. One that came back meanwhile joins again, and so learns of that; one that has joined again
-- already does so once more, as part of the clean-up came after its join. ARGV: 2 its id. DONE is the dead client's.
redis.call('HDEL', DYING, ARGV[2])
redis.call('ZREM', ALIVE, ARGV[2])
redis.call('EXPIRE', DONE, '600') -- it may come back and ask for outcomes
return { 'OK' }
