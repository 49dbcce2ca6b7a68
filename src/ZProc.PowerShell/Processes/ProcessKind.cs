namespace ZProc.Processes;

/// <summary>What a process runs as.</summary>
public enum ProcessKind
{
    /// <summary>A child OS process of its own, running PowerShell.</summary>
    Process,

    /// <summary>A runspace in this OS process.</summary>
    Runspace,
}
