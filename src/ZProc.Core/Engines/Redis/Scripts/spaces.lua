-- Lists the namespaces: name, record, name, record …
local refused = refusal()
if refused then
    return refused
end
return { 'OK', text(sequence()), redis.call('HGETALL', SPACES) }
