using ZProc.Benchmarks;
using ZProc.Benchmarks.Peers;
using ZProc.Benchmarks.Scale;

return args switch
{
    [ClientPeer.Role] => ClientPeer.Serve(),
    [ServerPeer.Role, .. var state] => ServerPeer.Serve(state),
    [EchoPeer.Role] => EchoPeer.Serve(),
    [CallerPeer.Role] => CallerPeer.Serve(),
    ["all", .. var options] => AllBenchmarks.Run(options),
    ["scale", .. var options] => ScaleBenchmark.Run(options),
    [RemoteGroup.Role] => RemoteGroup.Serve(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: ZProc.Benchmarks all [--repetitions N] [--only TEXT] [--output PATH]

        all      every budget against its yardsticks; writes PATH.md and PATH.json (docs/benchmarks of the checkout)
                 --only TEXT runs the groups that have TEXT in their name, and writes nothing unless --output is given
        scale    how costs grow; writes docs/scale.md and docs/scale.svg of the checkout
                 scale PART measures one part, and only shows its table
        """);
    return 64;
}
