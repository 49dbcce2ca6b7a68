using ZProc.Benchmarks;

return args switch
{
    ["echo"] => Echo.Serve(),
    ["watch-latency"] => WatchLatency.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: ZProc.Benchmarks watch-latency");
    return 64;
}
