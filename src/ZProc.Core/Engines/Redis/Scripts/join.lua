-- Makes a client a member, and the state where there is none. ARGV: 2 an id for a new state, 3 to 6 its limits (updates, bytes,
-- updates kept at least, bytes of a value), 7 the number of the client's last request where the engine has lost outcomes, else '', 8 the
-- id of the state that the client is a member of, '' at its first join.
local FORMAT = '1'
local format = redis.call('HGET', META, 'format')
if format and format ~= FORMAT then
    return { 'FORMAT', format }
end
if ARGV[8] ~= '' and redis.call('HGET', META, 'id') ~= ARGV[8] then
    return { 'OTHER' } -- the client ends, and must not leave a new state behind
end
begin_without_memory()
if not format then
    redis.call('HSET', META, 'format', FORMAT, 'id', ARGV[2], 'updates', ARGV[3], 'bytes', ARGV[4], 'least', ARGV[5], 'value', ARGV[6])
end
local was_member = redis.call('ZSCORE', ALIVE, CLIENT)
give_sign(now())
local last = tonumber(redis.call('HGET', DONE, 'last'))
local place = tonumber(ARGV[7]) or (ARGV[8] == '' and 0) -- a client that joins again says where it stands once it knows that this is lost
if place and (last or -1) < place then
    redis.call('DEL', DONE) -- the client has every outcome up to that place
    redis.call('HSET', DONE, 'last', text(place), 'resolved', text(place))
end
redis.call('PERSIST', DONE)
local meta = redis.call('HMGET', META, 'id', 'updates', 'bytes', 'least', 'value')
return {
    'OK', meta[1], meta[2], meta[3], meta[4], meta[5], text(sequence()), was_member and '1' or '0', redis.call('HGET', DONE, 'last') or '0', last and '1' or '0',
}
