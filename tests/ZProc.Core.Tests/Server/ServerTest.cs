using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>Tests of a server that has a client in its own process and one that is connected to it.</summary>
public abstract class ServerTest : IDisposable
{
    /// <param name="options">The limits of the server's store.</param>
    /// <param name="throughLink">Whether the connected client is connected through the link, which the test can cut or hold up.</param>
    private protected ServerTest(StoreOptions? options = null, bool throughLink = false)
    {
        Server = StateServer.Start(throughLink ? CuttableProxy.AnyPort : null, options);
        Local = new LocalClient(Server.Store);
        Link = new CuttableProxy(Server.Connection);
        Remote = RemoteClient.Connect(throughLink ? Link.Connection : Server.Connection, InTime);
    }

    private protected StateServer Server { get; }

    private protected LocalClient Local { get; }

    private protected RemoteClient Remote { get; }

    private protected CuttableProxy Link { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Remote.Dispose();
        Link.Dispose();
        Server.Dispose();
    }
}
