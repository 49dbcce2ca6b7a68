-- Tells the outcome of a request that was carried out before. ARGV: the numbered part.
return settled() or { 'EARLY', text(NUMBER - 1) } -- the engine has lost it meanwhile
