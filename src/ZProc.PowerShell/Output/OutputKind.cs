namespace ZProc.Output;

/// <summary>The stream that output was written to. The numbers are part of the wire format.</summary>
internal enum OutputKind : byte
{
    Output = 1,
    Error = 2,
    Warning = 3,
    Verbose = 4,
    Debug = 5,
    Information = 6,
    Progress = 7,

    /// <summary>Plain text that bypassed PowerShell's streams: the standard output or error of the worker's OS process.</summary>
    Text = 8,

    /// <summary>The error by which the process failed. Comes last.</summary>
    Failure = 9,
}
