using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;

namespace ZProc.Core.Tests.Model;

/// <summary>ZProc's own server in this process.</summary>
internal class ServerGround : Ground
{
    private readonly StateServer _server;

    public ServerGround(StoreOptions limits)
        : this(StateServer.Start(CuttableProxy.AnyPort, limits))
    {
    }

    protected ServerGround(StateServer server)
    {
        _server = server;
        Observer = new LocalClient(server.Store);
    }

    public sealed override IClient Observer { get; }

    public sealed override string Address(CuttableProxy? link = null) => (link?.Connection ?? _server.Connection).Text;

    public override IReadOnlyList<long> Reopen(IEnumerable<string> namespaces)
    {
        using var late = Connect();
        return [.. namespaces.Select(ns => late.Summarize(ns).Revision)];
    }

    protected sealed override CuttableProxy CreateLink() => new(_server.Connection);

    protected override void Close()
    {
        Observer.Dispose();
        _server.Dispose();
    }
}
