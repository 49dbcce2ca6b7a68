-- Reads a namespace. ARGV: 2 the namespace, 3 the most keys and 4 the most bytes for which the entries come at once.
local space = read_space(ARGV[2])
local reply = { 'OK', text(space.revision), text(sequence()), space.stamp, text(space.exists and space.count or 0), text(space.bytes) }
if space.exists and (space.count > tonumber(ARGV[3]) or space.bytes > tonumber(ARGV[4])) then
    reply[1] = 'LARGE'
elseif space.exists then
    reply[7] = redis.call('HGETALL', VALUES)
end
return reply
