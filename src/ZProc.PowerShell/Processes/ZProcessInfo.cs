namespace ZProc.Processes;

/// <summary>The value of <c>$Process</c>: describes the running process to its own script.</summary>
public sealed class ZProcessInfo
{
    internal ZProcessInfo(Guid instanceId, string name, ProcessKind kind, int attempt)
    {
        InstanceId = instanceId;
        Name = name;
        As = kind;
        Attempt = attempt;
    }

    /// <summary>The key of the process's record.</summary>
    public Guid InstanceId { get; }

    /// <summary>The name of the process.</summary>
    public string Name { get; }

    /// <summary>Whether the script runs in an OS process or in a runspace.</summary>
    public ProcessKind As { get; }

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The id of the OS process that the script runs in.</summary>
    public int ProcessId { get; } = Environment.ProcessId;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
