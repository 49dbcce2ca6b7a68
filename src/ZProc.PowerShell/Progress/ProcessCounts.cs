using System.Globalization;
using ZProc.Processes;

namespace ZProc.Progress;

/// <summary>How far some processes are, in words: how many have ended, and which have not.</summary>
internal static class ProcessCounts
{
    private const int MostNames = 5;

    /// <summary>Describes processes. A process waits before its first attempt, for example for a place among those that run at once, and before a retry.</summary>
    public static WorkStatus Of(IReadOnlyList<ZProcess> processes)
    {
        List<string> running = [];
        List<string> waiting = [];
        foreach (var process in processes)
        {
            if (!process.HasExited)
            {
                var isWaiting = process.ProcessState == ZProcessState.NotStarted || process.NextAttempt is not null;
                (isWaiting ? waiting : running).Add(process.Name);
            }
        }

        var ended = processes.Count - running.Count - waiting.Count;
        var text = string.Create(CultureInfo.CurrentCulture, $"{ended:N0} of {processes.Count:N0} ended");
        if (running.Count > 0)
        {
            text += string.Create(CultureInfo.CurrentCulture, $", {running.Count:N0} running");
        }

        if (waiting.Count > 0)
        {
            text += string.Create(CultureInfo.CurrentCulture, $", {waiting.Count:N0} waiting");
        }

        running.AddRange(waiting);
        return new WorkStatus(running.Count == 0 ? text : $"{text}: {Names(running)}", WorkStatus.PercentOf(ended, processes.Count));
    }

    private static string Names(List<string> names) => names.Count <= MostNames
        ? string.Join(", ", names)
        : string.Create(CultureInfo.CurrentCulture, $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames:N0} more");
}
