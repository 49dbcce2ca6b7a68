using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using ZProc.Core.State;
using ZProc.Core.Tests.Engines;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>A context of its own on a server of the Redis protocol.</summary>
internal sealed class EngineGround : Ground
{
    private readonly EngineServer _server;
    private readonly string _context = EngineServer.NewContext();

    public EngineGround(EngineServer server, StoreOptions limits)
    {
        _server = server;
        Observer = RedisClient.Connect(server.Address(_context).With(limits), InTime);
    }

    public override IClient Observer { get; }

    public override string Address(CuttableProxy? link = null) => _server.AddressText(_context, link?.Port);

    public override IReadOnlyList<long> Reopen(IEnumerable<string> namespaces)
    {
        Observer.Dispose();
        using var late = Connect();
        return [.. namespaces.Select(ns => late.Summarize(ns).Revision)];
    }

    protected override CuttableProxy CreateLink() => new(_server.Port);

    protected override void Close() => Observer.Dispose();
}
