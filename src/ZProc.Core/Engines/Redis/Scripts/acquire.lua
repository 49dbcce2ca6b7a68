-- Takes the turn of a namespace, or queues for it. ARGV after the numbered part: 4 the namespace, 5 the source's id, 6 the ticket's kind.
local outcome = settled()
if outcome then
    return outcome
end
local number, has_turn = take_turn(ARGV[4], ARGV[5], ARGV[6])
return settle({ has_turn and 'TURN' or 'WAIT', text(number) })
