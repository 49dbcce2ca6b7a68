using ZProc.Core.Durable;
using ZProc.Core.Processes;

namespace ZProc.Servers;

/// <summary>A server in an OS process of its own: it outlives the session that started it.</summary>
public sealed class ZProcServer
{
    internal ZProcServer(string name, string connectionString, ProcessIdentity process, DateTime started, string? path)
    {
        Name = name;
        ConnectionString = connectionString;
        Endpoint = Core.Wire.ContextAddress.Parse(connectionString).Endpoint;
        Process = process;
        Path = path;
        StartTime = started.ToLocalTime();
    }

    /// <summary>The server's name.</summary>
    public string Name { get; }

    /// <summary>The endpoint at which the server listens; of a machine that takes part in a context on an engine, the engine's.</summary>
    public string Endpoint { get; }

    /// <summary>The folder that keeps the state; null for a state in memory.</summary>
    public string? Path { get; }

    /// <summary>Whether the server runs.</summary>
    public ZProcServerState State { get; internal init; }

    /// <summary>Its OS process; null when it is down.</summary>
    public int? ProcessId => State == ZProcServerState.Running ? Process.Id : null;

    /// <summary>Whether a guard starts the next server when this one dies.</summary>
    public bool Restart => Settings?.Restart == true;

    /// <summary>When the server was started, in local time.</summary>
    public DateTime StartTime { get; }

    /// <summary>The endpoint and the secret. No public property, because commands show and serialize those.</summary>
    internal string ConnectionString { get; }

    /// <summary>What could not be read when the server opened its state; null when nothing was missing.</summary>
    public CutOff? CutOff { get; internal init; }

    /// <summary>What the next server is started with, where the state is on disk.</summary>
    internal ServerSettings? Settings { get; init; }

    internal ProcessIdentity Process { get; }

    /// <summary>The text with which a session joins. It holds the secret: keep it like a password. In PowerShell it is the hidden property <c>ConnectionString</c>.</summary>
    public string GetConnectionString() => ConnectionString;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
