using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Processes;

namespace ZProc.Errors;

/// <summary>The errors of processes that ended in another way than by an error of their script.</summary>
internal static class ProcessErrors
{
    /// <summary>The OS process ended without reporting how its script went.</summary>
    public static ErrorRecord Died(string name, ChildExit exit)
    {
        if (exit.Reason is FaultException fault)
        {
            return Failed($"The process '{name}' was ended before its script was done. {fault.Message}", name, fault);
        }

        var why = exit.Reason is { } reason ? $" ({reason.Message})"
            : exit.WasOutOfMemory ? " (probably by the system, which has killed processes for want of memory since this one was started)"
            : string.Empty;
        return Failed($"The process '{name}' {Ending(exit)} before its script was done{why}.{LastText(exit)}", name, exit.Reason);
    }

    /// <summary>How an OS process ended, as the end of a sentence: <c>was killed by SIGKILL</c>.</summary>
    public static string Ending(ChildExit exit) => exit.Signal is { } signal ? $"was killed by {signal}" : exit.Status ?? $"ended with exit code {exit.Code}";

    /// <summary>The last lines that an OS process wrote to its standard error, as a sentence that follows another; empty when there are none.</summary>
    public static string LastText(ChildExit exit) =>
        exit.LastText.Length > 0 ? $" Its last lines on standard error:{Environment.NewLine}{exit.LastText}" : string.Empty;

    /// <summary>A signal from outside ZProc stopped the script; its <c>finally</c> blocks ran.</summary>
    public static ErrorRecord Signalled(string name, string signal) => Failed($"The process '{name}' was stopped by {signal} before its script was done.", name);

    /// <summary>The script called <c>exit</c> with a code other than 0.</summary>
    public static ErrorRecord Exited(string name, int code) => Failed($"The process '{name}' ended with exit code {code}.", name);

    /// <summary>A runspace did not stop and was abandoned.</summary>
    public static ErrorRecord Abandoned(string name) => Failed(
        $"The process '{name}' did not stop and was abandoned: its thread may still run inside this session, but its output and writes no longer count. Use -As Process where work has to be killed.",
        name);

    /// <summary>The session that looked after the process died, and the process with that session.</summary>
    public static ErrorRecord Lost(string name, string machine) => Failed(
        $"The process '{name}' was lost: the session on {machine} that started it has died or cannot be reached. Output that was not received is gone.",
        name);

    /// <summary>The server that ran the process died, and another one goes on with its state.</summary>
    public static ErrorRecord LostWithServer(string name) => Failed(
        $"The process '{name}' was lost: the server that ran it was killed, or its machine was started again. Output that was not received is gone.",
        name);

    private static ErrorRecord Failed(string message, string name, Exception? inner = null) =>
        ErrorRecords.From(new FaultException(Fault.ProcessFailed, message, name, inner));
}
