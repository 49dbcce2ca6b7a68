namespace ZProc.Output;

/// <summary>Which of PowerShell's streams something was written to.</summary>
internal enum OutputKind : byte
{
    Output = 1,
    Error = 2,
    Warning = 3,
    Verbose = 4,
    Debug = 5,
    Information = 6,
    Progress = 7,

    /// <summary>Not PowerShell's: plain text that something in the worker's OS process wrote past it.</summary>
    Text = 8,

    /// <summary>The error by which the process failed: its last.</summary>
    Failure = 9,
}
