using ZProc.Benchmarks;

return args switch
{
    ["echo"] => Echo.Serve(),
    ["core-latency"] => CoreLatency.Serve(),
    ["watch-latency"] => WatchLatency.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: ZProc.Benchmarks watch-latency");
    return 64;
}
