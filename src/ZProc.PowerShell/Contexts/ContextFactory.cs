using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Core;
using ZProc.Requests;
using ZProc.Workers;

namespace ZProc.Contexts;

/// <summary>Makes contexts and ends them.</summary>
internal static class ContextFactory
{
    /// <summary>The namespace of a context that names none.</summary>
    public const string DefaultNamespace = "default";

    // How long the end waits for writes that nobody waited for.
    private static readonly TimeSpan WriteBound = TimeSpan.FromSeconds(2);

    /// <summary>How long it waits where somebody else bounds that end, and wants to hear of it.</summary>
    public static readonly TimeSpan ShortWriteBound = TimeSpan.FromMilliseconds(500);

    /// <summary>How long joining may take when nobody says.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Starts a server in this process and a context on it.</summary>
    /// <param name="name">What to call it; null for a name made from the port.</param>
    /// <param name="ns">The current namespace; null for the default one.</param>
    /// <param name="endpoint">Where to listen; null for a free port of this machine.</param>
    /// <param name="limits">The limits of its state.</param>
    /// <param name="spareProcesses">How many workers are kept ready.</param>
    /// <param name="processDefaults">What processes are given that a call does not give them.</param>
    /// <param name="isPrivate">Whether nobody but the one who starts it is to see it.</param>
    /// <exception cref="FaultException">CannotConnect: the endpoint cannot be listened on; InvalidKey; InvalidArgument.</exception>
    public static ZProcContext Start(
        string? name,
        string? ns,
        string? endpoint,
        StoreOptions limits,
        int spareProcesses = SparePool.DefaultSize,
        ProcessDefaults? processDefaults = null,
        bool isPrivate = false)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        var (host, port) = ParseEndpoint(endpoint);
        var server = StateServer.Start(host, port, limits);
        var client = new LocalClient(server.Store);
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{server.Connection.Port}",
                Namespace = ns,
                Connection = server.Connection,
                ServerProcessId = Environment.ProcessId,
                SpareProcesses = spareProcesses,
                ProcessDefaults = processDefaults,
            },
            client,
            server);
        ContextTable.Add(context, isPrivate);
        return context;
    }

    /// <summary>Joins a server.</summary>
    /// <param name="connection">Where it is, and the secret.</param>
    /// <param name="name">What the context is called here; null for a name made from the port.</param>
    /// <param name="ns">The current namespace.</param>
    /// <param name="self">Who this OS process is; null for a session of its own.</param>
    /// <param name="clientId">The client's id where the parent has to know it.</param>
    /// <param name="timeout">When to give up.</param>
    /// <param name="processDefaults">What processes are given that a call does not give them.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect; InvalidKey.</exception>
    public static ZProcContext Connect(
        ConnectionString connection,
        string? name,
        string? ns,
        Source? self,
        Guid? clientId,
        TimeSpan timeout,
        ProcessDefaults? processDefaults = null,
        CancellationToken cancellation = default)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        return Join(RemoteClient.Connect(connection, Deadline.After(timeout), clientId, cancellation), connection, name, ns, self, processDefaults);
    }

    /// <summary>Makes the context of a server that is connected to.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="connection">Where it leads to.</param>
    /// <param name="name">What the context is called here; null for a name made from the port.</param>
    /// <param name="ns">The current namespace.</param>
    /// <param name="self">Who this OS process is; null for a session of its own.</param>
    /// <param name="processDefaults">What processes are given that a call does not give them.</param>
    public static ZProcContext Join(
        RemoteClient client, ConnectionString connection, string? name, string ns, Source? self = null, ProcessDefaults? processDefaults = null)
    {
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{connection.Port}",
                Namespace = ns,
                Connection = connection,
                ServerProcessId = client.ServerProcessId,
                Self = self,
                ProcessDefaults = processDefaults,
            },
            client,
            server: null);
        client.Forgotten = new OnDemandThread("ZProc records", context.Processes.WriteRecords).Signal;
        ContextTable.Add(context);
        return context;
    }

    /// <summary>Makes the context of a server in this process that has no session: it looks after processes that belong to none.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">What it is called.</param>
    public static ZProcContext Host(StateServer server, string name)
    {
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name,
                Namespace = DefaultNamespace,
                Connection = server.Connection,
                ServerProcessId = Environment.ProcessId,
                Self = new Source(server.Store.Incarnation, name, Environment.ProcessId),
            },
            new LocalClient(server.Store),
            server);
        ContextTable.Add(context);
        context.Processes.Listen();
        BackgroundProcesses.Offer(context);
        return context;
    }

    /// <summary>Ends a context in this process: its processes first, then, for the owner, the server. Doing so twice is harmless.</summary>
    /// <param name="context">The context.</param>
    /// <param name="writeBound">How long to wait for writes that nobody waited for; null for two seconds.</param>
    /// <returns>What became of those that were not made: somebody has to be told.</returns>
    public static IReadOnlyList<FaultException> Stop(ZProcContext context, TimeSpan? writeBound = null)
    {
        if (!context.TryEnd())
        {
            return [];
        }

        ContextTable.Remove(context);
        context.Processes.StopAll();
        context.RemoteProcesses.Dispose();
        context.Unconfirmed.WaitForAll(writeBound ?? WriteBound);
        context.Client.Dispose(); // refuses what is left
        context.Server?.Dispose();
        context.Unconfirmed.WaitForAll(WriteBound);
        return context.Unconfirmed.TakeFailures(source: null).ToArray();
    }

    /// <summary>Reads <c>tcp://HOST:PORT</c>.</summary>
    /// <exception cref="FaultException">InvalidArgument.</exception>
    public static (string Host, int? Port) ParseEndpoint(string? endpoint)
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
