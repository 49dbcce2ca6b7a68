using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Workers;

/// <summary>
/// The processes that one attempt in a runspace started, watchers with an action included. They end with the attempt, as those of an
/// attempt in an OS process end with that process. Background processes are not among them: a request starts those. Thread-safe.
/// </summary>
internal sealed class StartedProcesses
{
    // How long killed processes may take to end.
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Source _starter;
    private readonly HashSet<ZProcess> _asked = [];
    private Deadline? _killDue; // for all together, from the first request on

    /// <param name="starter">The very object that the attempt's runspace is given as the source of what it does.</param>
    public StartedProcesses(Source starter) => _starter = starter;

    /// <summary>Whether there is one that has not ended.</summary>
    public bool Any => Running().Length > 0;

    /// <summary>Sets when those that do not stop are killed. A later request can only make it sooner.</summary>
    /// <param name="grace">The time from now.</param>
    public void SetGrace(TimeSpan grace)
    {
        lock (_gate)
        {
            var due = Deadline.After(grace);
            if (_killDue is not { } known)
            {
                _killDue = due;
            }
            else if (!Deadline.First(known, due).Equals(known))
            {
                _killDue = due;
                _asked.Clear();
            }
        }
    }

    /// <summary>Asks those that were not asked yet to stop, and returns at once.</summary>
    public void BeginStop()
    {
        foreach (var process in Running())
        {
            TimeSpan grace;
            lock (_gate)
            {
                _killDue ??= Deadline.After(ZProcess.DefaultGrace);
                grace = _killDue.Value.Remaining;
                if (!_asked.Add(process))
                {
                    continue; // another request would begin its grace anew
                }
            }

            TryStop(process, grace);
        }
    }

    /// <summary>Stops them, and returns when all have ended, which takes as long as their grace and a second at most.</summary>
    public void End()
    {
        BeginStop();
        if (Running() is { Length: > 0 } left)
        {
            TimeSpan grace;
            lock (_gate)
            {
                grace = _killDue!.Value.Remaining;
            }

            Task.WaitAll([.. left.Select(static process => process.Ended)], Deadline.After(grace + KillBound).Remaining);
        }
    }

    private static void TryStop(ZProcess process, TimeSpan grace)
    {
        try
        {
            process.BeginStop(grace);
        }
#pragma warning disable CA1031 // what keeps one from stopping must keep neither the others nor the attempt from ending
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the process's context ends at the same moment, and stops the process itself.
            ZProcEventSource.Log.FaultCaught(nameof(StartedProcesses), expected);
        }
    }

    // A script may use every context of its session.
    private ZProcess[] Running() => [.. ContextTable.Unended.SelectMany(context => context.Processes.StartedBy(_starter))];
}
