using ZProc.Core;

namespace ZProc.Errors;

/// <summary>Why something cannot be done with a process.</summary>
internal static class ProcessFaults
{
    /// <summary>The process has not ended, so it cannot be removed.</summary>
    public static FaultException StillRuns(string name) =>
        new(Fault.InvalidArgument, $"The process '{name}' still runs. Stop it with Stop-ZProcess, or use -Force.", name);
}
