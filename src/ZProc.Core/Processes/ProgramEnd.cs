using System.Collections.Concurrent;
using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// Ends native programs that a script waits for: SIGTERM to each of them and to all that they started, and SIGKILL to what is left
/// at the bound. On Linux and macOS.
/// </summary>
public static class ProgramEnd
{
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(1);

    // The processes that have time to end.
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Ending = new();

    private static readonly object Gate = new();
    private static int _running; // calls of Run

    /// <summary>Ends programs. Returns when they have ended, or were killed.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="bound">How long they may take to end after SIGTERM.</param>
    public static void Run(IReadOnlyList<ProcessIdentity> programs, TimeSpan bound)
    {
        Count(1);
        try
        {
            End(programs, bound);
        }
        finally
        {
            Count(-1);
        }
    }

    /// <summary>Waits until all programs have ended that are being ended now. Their bounds are the bound of the wait.</summary>
    public static void WaitForAll()
    {
        lock (Gate)
        {
            while (_running > 0)
            {
                Monitor.Wait(Gate);
            }
        }
    }

    /// <summary>Whether a process has time to end, so that no other part kills it.</summary>
    internal static bool IsEnding(ProcessIdentity process) => Ending.ContainsKey(process);

    private static void Count(int change)
    {
        lock (Gate)
        {
            _running += change;
            Monitor.PulseAll(Gate);
        }
    }

    private static void End(IReadOnlyList<ProcessIdentity> programs, TimeSpan bound)
    {
        IUnixProcesses processes = UnixProcessTree.Platform();
        var all = WithDescendants(processes, programs);
        foreach (var process in all)
        {
            Ending[process] = true;
        }

        try
        {
            // A program is asked before the processes that it started: it knows that it ends when these end.
            foreach (var process in all)
            {
                ZProcEventSource.Log.OsProcessTerminated(process.Id);
                processes.Terminate(process);
            }

            Wait(processes, all, bound);
        }
        finally
        {
            foreach (var process in all)
            {
                Ending.TryRemove(process, out _);
            }
        }

        // Whatever a program started meanwhile ends with it.
        ProcessTreeKiller.Kill(processes, () => WithDescendants(processes, [.. all.Where(static process => process.IsAlive)]), KillBound);
    }

    /// <summary>The programs, and then what they started, the oldest first.</summary>
    private static ProcessIdentity[] WithDescendants(IUnixProcesses processes, IReadOnlyList<ProcessIdentity> programs)
    {
        if (programs.Count == 0)
        {
            return [];
        }

        var list = processes.List();
        return
        [
            .. programs,
            .. programs.SelectMany(program => DescendantSearch.Find(list, program, Environment.ProcessId, static _ => false))
                .Except(programs).OrderBy(static process => process.StartTime),
        ];
    }

    private static void Wait(IUnixProcesses processes, IEnumerable<ProcessIdentity> all, TimeSpan bound)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var process in all)
        {
            var left = bound - Stopwatch.GetElapsedTime(start);
            processes.WaitForExit(process, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }
}
