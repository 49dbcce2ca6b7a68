-- What scripts for members alone begin with. The engine may have lost the state, and must not seem to have none.
if not redis.call('ZSCORE', ALIVE, CLIENT) then
    return { 'GONE' }
end

