-- Makes a client a member, and the state where there is none. ARGV: 2 an id for a new state, 3 to 6 its limits (updates, bytes,
-- updates kept at least, bytes of a value), 7 the number of the client's last request where the engine has lost outcomes, else ''.
local FORMAT = '1'
local format = redis.call('HGET', META, 'format')
if format and format ~= FORMAT then
    return { 'FORMAT', format }
end
if not format then
    redis.call('HSET', META, 'format', FORMAT, 'id', ARGV[2], 'updates', ARGV[3], 'bytes', ARGV[4], 'least', ARGV[5], 'value', ARGV[6])
end
local was_member = redis.call('ZSCORE', ALIVE, CLIENT)
redis.call('ZADD', ALIVE, text(now()), CLIENT)
redis.call('HDEL', DYING, CLIENT)
if ARGV[7] ~= '' or redis.call('HEXISTS', DONE, 'last') == 0 then
    redis.call('HSET', DONE, 'last', ARGV[7] ~= '' and ARGV[7] or '0', 'resolved', ARGV[7] ~= '' and ARGV[7] or '0')
end
redis.call('PERSIST', DONE)
local meta = redis.call('HMGET', META, 'id', 'updates', 'bytes', 'least', 'value')
return { 'OK', meta[1], meta[2], meta[3], meta[4], meta[5], text(sequence()), was_member and '1' or '0', redis.call('HGET', DONE, 'last') }
