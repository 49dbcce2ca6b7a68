using ZProc.Benchmarks.Peers;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Callers;

/// <summary>A client of ZProc.</summary>
internal sealed class StateCaller : Caller
{
    private readonly IClient _client;
    private readonly Action _call;

    /// <param name="address">The connection string, or the address of a context on an engine.</param>
    /// <param name="choose">Chooses the operation.</param>
    public StateCaller(string address, Func<Operations, Action> choose)
    {
        _client = ClientFactory.Connect(ContextAddress.Parse(address), Deadline.After(Operations.Bound));
        _call = choose(new Operations(_client));
    }

    public override void Call() => _call();

    public override void Dispose() => _client.Dispose();
}
