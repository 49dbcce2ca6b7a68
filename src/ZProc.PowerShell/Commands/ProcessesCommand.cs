using System.Management.Automation;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Commands;

/// <summary>A command that collects all its processes first, and then works on them together.</summary>
public abstract class ProcessesCommand : ZProcessCommand
{
    private readonly List<ZProcess> _processes = [];

    /// <summary>The processes.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = ProcessSet)]
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
