using ZProc.Core.Processes;

namespace ZProc.Servers;

/// <summary>A server in an OS process of its own: it outlives the session that started it.</summary>
public sealed class ZProcServer
{
    internal ZProcServer(string name, string connectionString, ProcessIdentity process, DateTime started)
    {
        Name = name;
        ConnectionString = connectionString;
        Endpoint = Core.Wire.ConnectionString.Parse(connectionString).Endpoint;
        Process = process;
        StartTime = started.ToLocalTime();
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public string Endpoint { get; }

    /// <summary>Its OS process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>When it was started.</summary>
    public DateTime StartTime { get; }

    /// <summary>What a session needs to join. It holds the secret: keep it like a password.</summary>
    public string ConnectionString { get; }

    internal ProcessIdentity Process { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
