using System.Globalization;
using System.Management.Automation;
using System.Text;
using ZProc.Core.Processes;
using ZProc.Errors;

namespace ZProc.Processes;

/// <summary>The warning about a failed attempt that another one will follow.</summary>
internal static class CrashReport
{
    /// <summary>Writes the text of the warning.</summary>
    /// <param name="name">The name of the process.</param>
    /// <param name="attempt">The failed attempt.</param>
    /// <param name="error">The error by which the attempt failed.</param>
    /// <param name="policy">The rules of retrying.</param>
    /// <param name="wait">The time until the next attempt.</param>
    public static string Of(string name, ProcessAttempt attempt, ErrorRecord error, RetryPolicy policy, TimeSpan wait)
    {
        var all = policy.MaximumCount == RetryPolicy.Unlimited || policy.Window is not null
            ? string.Empty
            : string.Create(CultureInfo.CurrentCulture, $" of {policy.MaximumCount + 1}");
        var report = new StringBuilder()
            .Append(CultureInfo.CurrentCulture, $"Attempt {attempt.Number}{all} of the process '{name}' failed after {(attempt.Ended - attempt.Started).TotalSeconds:0.0##} s")
            .AppendLine(CultureInfo.CurrentCulture, $" in OS process {attempt.ProcessId}: {ExceptionCodec.TypeNamesOf(error.Exception).First()}")
            .AppendLine(CultureInfo.CurrentCulture, $"  {error.Exception.Message}");
        if (ErrorPosition.Of(error) is { } position)
        {
            report.AppendLine(CultureInfo.CurrentCulture, $"  at {position.File ?? "a script block"}:{position.Line}: {position.Text.Trim()}");
        }

        return report.Append(CultureInfo.CurrentCulture, $"The next attempt begins in {wait.TotalSeconds:0.###} s.").ToString();
    }
}
