-- Takes the place of a request that was withdrawn. ARGV: the numbered part. The answer is the outcome of that request where it was carried out.
return settled() or settle({ 'NOTHING' })
