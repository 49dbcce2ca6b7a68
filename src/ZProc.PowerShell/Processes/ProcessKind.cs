namespace ZProc.Processes;

/// <summary>The kinds of processes.</summary>
public enum ProcessKind
{
    /// <summary>An OS process that runs PowerShell, a child of this one.</summary>
    Process,

    /// <summary>A runspace in this OS process.</summary>
    Runspace,
}
