using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.PowerShell;

/// <summary>Makes contexts and ends them.</summary>
internal static class ContextFactory
{
    /// <summary>The namespace of a context that names none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>How long joining may take when nobody says.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Starts a server in this process and a context on it.</summary>
    /// <exception cref="FaultException">CannotConnect: the endpoint cannot be listened on; InvalidKey; InvalidArgument.</exception>
    public static ZProcContext Start(string? name, string? ns, string? endpoint)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        var (host, port) = ParseEndpoint(endpoint);
        var server = StateServer.Start(host, port);
        var client = new LocalClient(server.Store);
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{server.Connection.Port}",
                Namespace = ns,
                Connection = server.Connection,
                ServerProcessId = Environment.ProcessId,
            },
            client,
            server);
        ContextTable.Add(context);
        return context;
    }

    /// <summary>Joins a server.</summary>
    /// <param name="connection">Where it is, and the secret.</param>
    /// <param name="name">What the context is called here; null for a name made from the port.</param>
    /// <param name="ns">The current namespace.</param>
    /// <param name="self">Who this OS process is; null for a session of its own.</param>
    /// <param name="clientId">The client's id where the parent has to know it.</param>
    /// <param name="timeout">When to give up.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect; InvalidKey.</exception>
    public static ZProcContext Connect(
        ConnectionString connection, string? name, string? ns, Source? self, Guid? clientId, TimeSpan timeout, CancellationToken cancellation = default)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        var client = RemoteClient.Connect(connection, Deadline.After(timeout), clientId, cancellation);
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{connection.Port}",
                Namespace = ns,
                Connection = connection,
                ServerProcessId = client.ServerProcessId,
                Self = self,
            },
            client,
            server: null);
        ContextTable.Add(context);
        return context;
    }

    /// <summary>Ends a context in this process: its processes first, then, for the owner, the server. Doing so twice is harmless.</summary>
    public static void Stop(ZProcContext context)
    {
        if (!context.TryEnd())
        {
            return;
        }

        ContextTable.Remove(context);
        context.Processes.StopAll();
        context.Client.Dispose();
        context.Server?.Dispose();
    }

    private static (string Host, int? Port) ParseEndpoint(string? endpoint)
    {
        if (endpoint is null)
        {
            return ("127.0.0.1", null);
        }

        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == "tcp" && uri.Host.Length > 0
            ? (uri.DnsSafeHost, uri.Port > 0 ? uri.Port : null)
            : throw new FaultException(Fault.InvalidArgument, $"'{endpoint}' is not an endpoint. Write tcp://HOST:PORT, such as tcp://127.0.0.1:5555.", endpoint);
    }
}
