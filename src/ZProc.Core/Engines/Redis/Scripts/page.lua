-- Reads updates. ARGV: 2 the namespace, 3 the last revision known ('' for all that readers may ask for), 4 the bytes after which the
-- page ends.
local space = read_space(ARGV[2])
local oldest = space.revision - space.kept + 1
local from = ARGV[3] == '' and math.max(oldest, space.removed + 1) or tonumber(ARGV[3]) + 1
local reply = { 'OK', text(space.revision), text(sequence()), text(oldest) }
if from > space.revision + 1 then
    reply[1] = 'NOTYET'
    return reply
end
if from < oldest then
    reply[1] = 'COMPACTED'
    return reply
end
local place, bytes, step = from - oldest, 0, 1 -- few at first, since each may be large
while place < space.kept and bytes < tonumber(ARGV[4]) do
    local some = redis.call('LRANGE', LOG, text(place), text(place + step - 1))
    for i = 1, #some do
        if bytes < tonumber(ARGV[4]) then
            reply[#reply + 1] = some[i]
            bytes = bytes + #some[i]
        end
    end
    place, step = place + step, math.min(64, 2 * step)
end
return reply
