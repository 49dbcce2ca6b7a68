using ZProc.Core;

namespace ZProc.Errors;

/// <summary>Why something cannot be done with a process.</summary>
internal static class ProcessFaults
{
    /// <summary>The process has not ended, so it cannot be removed.</summary>
    public static FaultException StillRuns(string name) =>
        new(Fault.InvalidArgument, $"The process '{name}' still runs. Stop it with Stop-ZProcess, or use -Force.", name);

    /// <summary>The process was stopped to be restarted, and was abandoned: its script may still run.</summary>
    public static FaultException NotStopped(string name) => new(
        Fault.ProcessFailed,
        $"The process '{name}' was not restarted: its script did not stop, and may still run inside its session. Restart the process again to run a second copy beside it.",
        name);
}
