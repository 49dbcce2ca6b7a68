namespace ZProc.Processes;

/// <summary>What a process knows about itself: its <c>$Process</c>.</summary>
public sealed class ZProcessInfo
{
    internal ZProcessInfo(Guid instanceId, string name, ProcessKind kind, int attempt)
    {
        InstanceId = instanceId;
        Name = name;
        As = kind;
        Attempt = attempt;
    }

    /// <summary>Identifies the process in its context's record.</summary>
    public Guid InstanceId { get; }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>What it runs as.</summary>
    public ProcessKind As { get; }

    /// <summary>Which run of the script this is, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The OS process it runs in.</summary>
    public int ProcessId { get; } = Environment.ProcessId;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
