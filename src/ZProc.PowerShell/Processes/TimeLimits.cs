using ZProc.Core;
using ZProc.Workers;

namespace ZProc.Processes;

/// <summary>The ends of attempts that took too long.</summary>
internal static class TimeLimits
{
    /// <summary>The end of an attempt that took longer than one attempt may.</summary>
    public static ScriptAttemptEnd AttemptTimeout(string process, int attempt, TimeSpan timeout) => Of(new FaultException(
        Fault.Timeout, $"Attempt {attempt} of the process '{process}' took longer than {timeout.TotalSeconds} seconds and was stopped.", process));

    /// <summary>The end of a process whose deadline passed.</summary>
    /// <param name="process">The name of the process.</param>
    /// <param name="attempt">The number of the newest attempt.</param>
    /// <param name="deadline">The time that the process had.</param>
    /// <param name="lastError">The error of the newest attempt that failed; null when none has.</param>
    public static ScriptAttemptEnd Deadline(string process, int attempt, TimeSpan deadline, Exception? lastError) => Of(new FaultException(
        Fault.Timeout,
        $"The process '{process}' was stopped, as its deadline of {deadline.TotalSeconds} seconds passed in attempt {attempt}.",
        process,
        lastError));

    private static ScriptAttemptEnd Of(FaultException fault) => ScriptAttemptEnd.Of(ScriptEnd.Failed(fault));
}
