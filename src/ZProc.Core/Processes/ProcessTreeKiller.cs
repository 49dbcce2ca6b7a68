using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>Kills a tree of processes on Linux and macOS, in rounds until nothing of the tree is found.</summary>
internal static class ProcessTreeKiller
{
    /// <summary>Kills the tree.</summary>
    /// <param name="processes">The platform's calls.</param>
    /// <param name="find">Finds what is alive of the tree.</param>
    /// <param name="bound">When to give up.</param>
    /// <returns>Whether nothing is left.</returns>
    public static bool Kill(IUnixProcesses processes, Func<IReadOnlyCollection<ProcessIdentity>> find, TimeSpan bound)
    {
        var start = Stopwatch.GetTimestamp();
        while (find() is { Count: > 0 } found)
        {
            if (Stopwatch.GetElapsedTime(start) > bound)
            {
                return false;
            }

            // All are killed before the wait for any, so that none has time to replace another.
            foreach (var process in found)
            {
                ZProcEventSource.Log.OsProcessKilled(process.Id);
                processes.Kill(process);
            }

            foreach (var process in found)
            {
                var left = bound - Stopwatch.GetElapsedTime(start);
                processes.WaitForExit(process, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }

            RuntimeFiles.Remove(found.Select(process => process.Id).ToArray());
        }

        return true;
    }
}
