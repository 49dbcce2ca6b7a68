using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Durable;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Processes;
using ZProc.Requests;
using ZProc.Servers;
using ZProc.Workers;

namespace ZProc.Contexts;

/// <summary>Makes contexts and registers them in the <see cref="ContextTable"/>.</summary>
internal static class ContextFactory
{
    /// <summary>The namespace of a context that names none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>How long joining may take by default.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Starts a server in this process and a context on it.</summary>
    /// <param name="name">The context's name; null for a name made from the address.</param>
    /// <param name="ns">The current namespace; null for the default one.</param>
    /// <param name="endpoint">Where to listen; null for a private socket of this machine.</param>
    /// <param name="limits">The limits of its state.</param>
    /// <param name="spareProcesses">How many workers are kept ready.</param>
    /// <param name="processDefaults">Values for parameters that a call to start a process does not give.</param>
    /// <param name="isPrivate">Whether other commands of the session cannot see the context.</param>
    /// <param name="durable">Where its state is kept on disk; null for a state in memory.</param>
    /// <exception cref="FaultException">
    /// CannotConnect: the endpoint cannot be listened on; InvalidKey; InvalidArgument; DirectoryInUse; DirectoryDamaged; DiskFailed.
    /// </exception>
    public static ZProcContext Start(
        string? name,
        string? ns,
        string? endpoint,
        StoreOptions limits,
        int spareProcesses = SparePool.DefaultSize,
        ProcessDefaults? processDefaults = null,
        bool isPrivate = false,
        DurableOptions? durable = null)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        EventLog.Update();
        var server = durable is null
            ? StateServer.Start(ListenEndpoint.Parse(endpoint), limits)
            : StateServer.Start(durable, ListenEndpoint.Parse(endpoint), limits);
        var client = new LocalClient(server.Store);
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{server.Connection.ShortName}",
                Namespace = ns,
                Connection = server.Connection,
                Path = server.Store.Folder,
                SpareProcesses = spareProcesses,
                ProcessDefaults = processDefaults,
            },
            client,
            server);
        ContextTable.Add(context, isPrivate);
        return context;
    }

    /// <summary>Joins a context.</summary>
    /// <param name="address">Where the state is, and what gives access to it.</param>
    /// <param name="name">The context's name in this session; null for a name made from the address.</param>
    /// <param name="ns">The current namespace; null for the default one.</param>
    /// <param name="timeout">How long to try.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">CannotConnect; InvalidKey.</exception>
    public static ZProcContext Connect(ContextAddress address, string? name, string? ns, TimeSpan timeout, CancellationToken cancellation)
    {
        KeyName.Check(ns ??= DefaultNamespace, "namespace");
        EventLog.Update();
        return Join(ClientFactory.Connect(address, Deadline.After(timeout), id: null, cancellation), address, name, ns);
    }

    /// <summary>Makes the context of a client.</summary>
    /// <param name="client">The client.</param>
    /// <param name="address">The address with which it joined.</param>
    /// <param name="name">The context's name in this session; null for a name made from the address.</param>
    /// <param name="ns">The current namespace.</param>
    /// <param name="processDefaults">Values for parameters that a call to start a process does not give.</param>
    public static ZProcContext Join(
        IClient client, ContextAddress address, string? name, string ns, ProcessDefaults? processDefaults = null)
    {
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name ?? $"ZProc{address.ShortName}",
                Namespace = ns,
                Connection = address,
                ProcessDefaults = processDefaults,
            },
            client,
            server: null);
        client.Forgotten = new OnDemandThread("ZProc records", context.Processes.WriteRecords).Signal;
        if (client is RemoteClient remote && !SessionEnd.IsWorker)
        {
            NextServer.Provide(remote, address.Text); // a worker's own session does so for both
        }

        ContextTable.Add(context);
        return context;
    }

    /// <summary>Makes the context of a server's own process, which supervises background processes.</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">The server's name.</param>
    public static ZProcContext Host(StateServer server, string name)
    {
        var context = new ZProcContext(
            new ContextSettings
            {
                Name = name,
                Namespace = DefaultNamespace,
                Connection = server.Connection,
                Path = server.Store.Folder,
                Self = new Source(server.Store.Incarnation, name, Environment.ProcessId),
            },
            new LocalClient(server.Store),
            server);
        ContextTable.Add(context);
        if (server.Store.Folder is not null)
        {
            context.Processes.Resume(new KeptStarts(context));
        }

        context.Processes.Listen();
        BackgroundProcesses.Offer(context);
        return context;
    }
}
