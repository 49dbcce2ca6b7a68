using ZProc.Benchmarks;
using ZProc.Benchmarks.Peers;

return args switch
{
    [ClientPeer.Role] => ClientPeer.Serve(),
    [ServerPeer.Role] => ServerPeer.Serve(),
    ["all", .. var options] => AllBenchmarks.Run(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: ZProc.Benchmarks all [--repetitions N] [--only TEXT] [--output PATH]

        all      every budget against its yardsticks; writes PATH.md and PATH.json (docs/benchmarks of the checkout)
                 --only TEXT runs the groups that have TEXT in their name, and writes nothing unless --output is given
        """);
    return 64;
}
