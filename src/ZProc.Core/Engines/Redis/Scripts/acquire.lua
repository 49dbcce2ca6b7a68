-- Takes the turn of a namespace, or queues for it. ARGV after the numbered part: 4 the namespace, 5 the source's id.
local outcome = settled()
if outcome then
    return outcome
end
local number, has_turn = take_turn(ARGV[4], ARGV[5])
return settle({ has_turn and 'TURN' or 'WAIT', text(number) })
