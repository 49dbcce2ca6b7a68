using System.Management.Automation.Runspaces;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.Requests;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Contexts;

/// <summary>What a session works in: one server, a current namespace, and the processes started under it.</summary>
public sealed class ZProcContext
{
    private string _namespace;
    private int _ended;

    internal ZProcContext(ContextSettings settings, IClient client, IDisposable? server)
    {
        Name = settings.Name;
        Endpoint = settings.Connection.Endpoint;
        ProcessId = settings.ServerProcessId;
        ConnectionString = settings.Connection.Text;
        _namespace = settings.Namespace;
        Client = client;
        Server = server;
        Self = settings.Self ?? new Source(client.Id, Name, Environment.ProcessId);
        ProcessDefaults = settings.ProcessDefaults ?? new ProcessDefaults(null);
        Processes = new ProcessTable(this, settings.SpareProcesses);
        RemoteProcesses = new RemoteProcesses(this);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Identifies the server's start (its incarnation): the same in every session that joined it.</summary>
    public Guid Id => Client.Incarnation;

    /// <summary>Where the server listens.</summary>
    public string Endpoint { get; }

    /// <summary>The namespace that commands use when they name none.</summary>
    public string Namespace
    {
        get => _namespace;
        internal set => _namespace = value;
    }

    /// <summary>The current namespace as a dictionary.</summary>
    public ZState State => new(this, Namespace, Self);

    /// <summary>The OS process that runs the server.</summary>
    public int ProcessId { get; }

    /// <summary>Whether this session started it, and so may stop it.</summary>
    public bool IsOwner => Server is not null;

    /// <summary>What another session needs to join. It holds the secret: keep it like a password.</summary>
    public string ConnectionString { get; }

    internal IClient Client { get; }

    internal IDisposable? Server { get; }

    /// <summary>Whether it ends when the last process in it is removed.</summary>
    internal bool EndsWithLastProcess { get; set; }

    /// <summary>Who this session is in updates.</summary>
    internal Source Self { get; }

    internal ProcessTable Processes { get; }

    internal RemoteProcesses RemoteProcesses { get; }

    internal ProcessDefaults ProcessDefaults { get; }

    internal WatcherTable Watchers { get; } = new();

    internal UnconfirmedWrites Unconfirmed { get; } = new();

    /// <summary>The runspace that started or joined it; removing the module there ends it.</summary>
    internal Runspace? Origin { get; } = Runspace.DefaultRunspace;

    /// <summary>Marks the beginning of its end; false when somebody else has already.</summary>
    internal bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
