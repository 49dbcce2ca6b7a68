using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Dashboard;
using ZProc.Processes;
using ZProc.Requests;
using ZProc.State;
using ZProc.Watching;

namespace ZProc.Contexts;

/// <summary>What a session works in: one state, a current namespace, and the processes started under it.</summary>
public sealed class ZProcContext
{
    private readonly string? _readOnlyConnectionString;
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _ownNamespace;
    private int _endingThread; // the thread that ends the context; 0 for none

    internal ZProcContext(ContextSettings settings, IClient client, IDisposable? server)
    {
        Name = settings.Name;
        Endpoint = settings.Connection.Endpoint;
        Path = settings.Path;
        ConnectionString = settings.Connection.Text;
        _readOnlyConnectionString = settings.Connection.ReadOnly?.Text;
        IsReadOnly = settings.Connection.Access == AccessLevel.ReadOnly;
        _ownNamespace = settings.Namespace;
        Client = client;
        Server = server;
        Self = settings.Self ?? new Source(client.Id, Name, Environment.ProcessId);
        ProcessDefaults = settings.ProcessDefaults ?? new ProcessDefaults(null);
        Processes = new ProcessTable(this, settings.SpareProcesses);
        RemoteProcesses = new RemoteProcesses(this);
    }

    /// <summary>Stands for a context that a command was given and that is none, until the command reports that. Nothing else of it may be used.</summary>
    /// <param name="refusal">Why there is no such context.</param>
    internal ZProcContext(FaultException refusal)
    {
        Refusal = refusal;
        Name = Endpoint = ConnectionString = _ownNamespace = string.Empty;
        Client = null!;
        Self = null!;
        ProcessDefaults = null!;
        Processes = null!;
        RemoteProcesses = null!;
    }

    /// <summary>The name of the context in this session.</summary>
    public string Name { get; }

    /// <summary>Identifies the state (its incarnation): the same in every session that joined it.</summary>
    public Guid Id => Client.Incarnation;

    /// <summary>Where the state is: the endpoint at which a server of ZProc listens, or the address of an engine.</summary>
    public string Endpoint { get; }

    /// <summary>The folder that keeps the state, where this session runs the server; null for a state in memory, and in a session that joined.</summary>
    public string? Path { get; }

    /// <summary>The namespace that commands of the calling runspace use when they name none.</summary>
    public string Namespace => ContextTable.NamespaceOf(this);

    /// <summary>The current namespace of the calling runspace as a dictionary.</summary>
    public ZState State => new(this, Namespace, Self);

    /// <summary>The OS process that runs the server; null for an engine, which is no server of ZProc.</summary>
    public int? ProcessId => Client.ServerProcessId;

    /// <summary>Whether this session started the server, and so may stop it.</summary>
    public bool IsOwner => Server is not null;

    /// <summary>Why the context that a command was given cannot be used; null for a context.</summary>
    internal FaultException? Refusal { get; }

    /// <summary>The namespace in runspaces that have not selected the context: the one with which it began, or was selected where it began.</summary>
    internal string OwnNamespace
    {
        get => _ownNamespace;
        set => _ownNamespace = value;
    }

    /// <summary>The address and the secret. No public property, because commands show and serialize those.</summary>
    internal string ConnectionString { get; }

    /// <summary>Whether the session may only read and watch.</summary>
    internal bool IsReadOnly { get; }

    internal IClient Client { get; }

    internal IDisposable? Server { get; }

    /// <summary>Whether the context ends when its last process is removed.</summary>
    internal bool EndsWithLastProcess { get; set; }

    /// <summary>The source of the session's own updates.</summary>
    internal Source Self { get; }

    internal ProcessTable Processes { get; }

    internal RemoteProcesses RemoteProcesses { get; }

    internal ProcessDefaults ProcessDefaults { get; }

    internal WatcherTable Watchers { get; } = new();

    internal DashboardTable Dashboards { get; } = new();

    internal UnconfirmedWrites Unconfirmed { get; } = new();

    /// <summary>The runspace that started or joined the context. Its end, and the removal of the module there, end the context.</summary>
    internal Runspace? Origin { get; } = Runspace.DefaultRunspace;

    /// <summary>The text with which another session joins. It holds the secret: keep it like a password. In PowerShell it is the hidden property <c>ConnectionString</c>.</summary>
    public string GetConnectionString() => ConnectionString;

    /// <summary>
    /// The text with which another session joins to read and watch the state, and to change nothing; null for an engine, whose
    /// operator gives such access. In PowerShell it is the hidden property <c>ReadOnlyConnectionString</c>.
    /// </summary>
    public string? GetReadOnlyConnectionString() => _readOnlyConnectionString;

    /// <summary>Claims the end of the context; false when another caller has already. Who has claimed it calls <see cref="NoteEnd"/>.</summary>
    internal bool TryEnd() => Interlocked.CompareExchange(ref _endingThread, Environment.CurrentManagedThreadId, 0) == 0;

    /// <summary>Notes that nothing of the context is left in this process.</summary>
    internal void NoteEnd() => _end.TrySetResult();

    /// <summary>Waits until another thread has ended the context. The thread that ends it may call this in an event handler, and does not wait.</summary>
    internal void WaitForEnd(TimeSpan bound)
    {
        if (Volatile.Read(ref _endingThread) != Environment.CurrentManagedThreadId)
        {
            _end.Task.Wait(bound);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
