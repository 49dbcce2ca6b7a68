using System.Management.Automation;
using ZProc.Completers;
using ZProc.Core;
using ZProc.Processes;
using ZProc.Progress;

namespace ZProc.Commands;

/// <summary>A command that collects all its processes first, and then works on them together.</summary>
public abstract class ProcessesCommand : ZProcessCommand
{
    private readonly List<ZProcess> _processes = [];

    /// <summary>The processes.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = ProcessSet)]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public new ZProcess[] Process { get; set; } = [];

    /// <summary>The processes to work on, each once.</summary>
    private protected IReadOnlyList<ZProcess> Processes => _processes;

    private protected sealed override void ProcessNext()
    {
        foreach (var process in ParameterSetName == ProcessSet ? Process : Named())
        {
            if (!_processes.Contains(process))
            {
                _processes.Add(process);
            }
        }
    }

    /// <summary>Waits for the end of processes. A long wait shows which of them have not ended.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="any">Whether the end of one of them is enough.</param>
    /// <returns>False at the deadline.</returns>
    private protected bool WaitForEnds(IReadOnlyList<ZProcess> processes, Deadline deadline, bool any = false)
    {
        Task[] ends = [.. processes.Select(static process => process.Ended)];
        using var progress = new WorkProgress(new ProgressWriter(this));
        if (Waits.ForTasks(ends, Deadline.First(deadline, progress.Due), any))
        {
            return true;
        }

        using var changed = new ManualResetEventSlim();
        using var changes = new ProcessChanges(processes, changed.Set);
        for (var ended = 0; ; changed.Reset())
        {
            while (ended < ends.Length && ends[ended].IsCompleted)
            {
                ended++;
            }

            if (ended == ends.Length || (any && Array.Exists(ends, static end => end.IsCompleted)))
            {
                return true;
            }

            if (deadline.Passed)
            {
                return false;
            }

            progress.Update(() => ProcessCounts.Of(processes));
            Waits.Once(token => changed.Wait(Deadline.First(deadline, progress.Next).Remaining, token));
        }
    }

    /// <summary>Does some work on a process. A failure is an error of that process alone.</summary>
    /// <returns>Whether the work was done.</returns>
    private protected bool ForProcess(ZProcess process, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (FaultException fault) when (fault.Fault is Fault.ProcessFailed or Fault.InvalidArgument)
        {
            WriteFault(fault, process);
            return false;
        }
    }
}
