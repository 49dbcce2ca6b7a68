using System.Management.Automation;
using ZProc.Core.Processes;
using ZProc.Core;

namespace ZProc.Errors;

/// <summary>The errors of processes that ended otherwise than by an error of their script.</summary>
internal static class ProcessErrors
{
    /// <summary>The OS process ended without saying how its script went.</summary>
    public static ErrorRecord Died(string name, ChildExit exit)
    {
        var how = exit.Signal is { } signal ? $"was killed by {signal}" : $"ended with exit code {exit.Code}";
        var why = exit.Reason is { } reason ? $" ({reason.Message})"
            : exit.WasOutOfMemory ? " (likely by the system, which ran out of memory: it has killed for that since the process was started)"
            : string.Empty;
        var last = exit.LastText.Length > 0 ? $" The last it wrote to standard error:{Environment.NewLine}{exit.LastText}" : string.Empty;
        return Failed($"The process '{name}' {how} before its script was done{why}.{last}", name, exit.Reason);
    }

    /// <summary>Somebody else's signal stopped the script, which could still end in order.</summary>
    public static ErrorRecord Signalled(string name, string signal) => Failed($"The process '{name}' was stopped by {signal} before its script was done.", name);

    /// <summary>The script called <c>exit</c> with a code that says it failed.</summary>
    public static ErrorRecord Exited(string name, int code) => Failed($"The process '{name}' ended with exit code {code}.", name);

    /// <summary>A runspace did not stop, and was given up.</summary>
    public static ErrorRecord Abandoned(string name) => Failed(
        $"The process '{name}' did not stop and was abandoned: its thread may still run inside this session, but its output and writes no longer count. Use -As Process where work has to be killed.",
        name);

    /// <summary>The session that looked after the process died, and it with that.</summary>
    public static ErrorRecord Lost(string name, string machine) => Failed(
        $"The process '{name}' was lost: the session on {machine} that looked after it died, or is out of reach. What it had written and nobody received is gone.",
        name);

    private static ErrorRecord Failed(string message, string name, Exception? inner = null) =>
        ErrorRecords.From(new FaultException(Fault.ProcessFailed, message, name, inner));
}
