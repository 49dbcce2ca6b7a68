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

    /// <summary>The server's name.</summary>
    public string Name { get; }

    /// <summary>The endpoint at which the server listens.</summary>
    public string Endpoint { get; }

    /// <summary>Its OS process.</summary>
    public int ProcessId => Process.Id;

    /// <summary>When the server was started, in local time.</summary>
    public DateTime StartTime { get; }

    /// <summary>The text with which a session joins. It holds the secret: keep it like a password.</summary>
    public string ConnectionString { get; }

    internal ProcessIdentity Process { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
