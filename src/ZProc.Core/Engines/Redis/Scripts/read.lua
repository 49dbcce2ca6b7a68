-- Reads keys of a namespace. ARGV: 2 the namespace; then the keys.
local space = read_space(ARGV[2])
local reply = { 'OK', text(space.revision), text(sequence()), text(space.exists and space.count or 0) }
for i = 3, #ARGV, 1000 do
    local some = redis.call('HMGET', VALUES, unpack(ARGV, i, math.min(i + 999, #ARGV)))
    for j = 1, #some do
        reply[#reply + 1] = some[j]
    end
end
return reply
