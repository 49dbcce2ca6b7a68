using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace ZProc.Jobs;

/// <summary>The debugger of a process's runspace, as <c>Debug-Job</c> needs it: stops are raised with this object as their sender.</summary>
internal sealed class RunspaceDebugger : Debugger
{
    private const string PromptCommand = "prompt";
    private const string Location = "$ExecutionContext.SessionState.Path.CurrentLocation.Path";

    private readonly Debugger _debugger;
    private readonly string _name;

    /// <param name="runspace">The runspace, whose name the debugger's prompt shows.</param>
    public RunspaceDebugger(Runspace runspace)
    {
        _debugger = runspace.Debugger;
        _name = runspace.Name;
        _debugger.DebuggerStop += (_, stop) => RaiseDebuggerStopEvent(stop);
        _debugger.BreakpointUpdated += (_, update) => RaiseBreakpointUpdatedEvent(update);
    }

    /// <inheritdoc/>
    public override bool InBreakpoint => _debugger.InBreakpoint;

    /// <inheritdoc/>
    public override DebuggerCommandResults ProcessCommand(PSCommand command, PSDataCollection<PSObject> output)
    {
        if (command.Commands is not [{ CommandText: var text }] || !text.Trim().Equals(PromptCommand, StringComparison.OrdinalIgnoreCase))
        {
            return _debugger.ProcessCommand(command, output);
        }

        var location = new PSDataCollection<PSObject>();
        var results = _debugger.ProcessCommand(new PSCommand().AddScript(Location), location);
        output.Add($"[DBG]: [{_name}]: PS {string.Concat(location)}>> ");
        return results;
    }

    /// <inheritdoc/>
    public override void StopProcessCommand() => _debugger.StopProcessCommand();

    /// <inheritdoc/>
    public override void SetDebuggerAction(DebuggerResumeAction resumeAction) => _debugger.SetDebuggerAction(resumeAction);

    /// <inheritdoc/>
    public override DebuggerStopEventArgs GetDebuggerStopArgs() => _debugger.GetDebuggerStopArgs();

    /// <inheritdoc/>
    public override void SetParent(Debugger parent, IEnumerable<Breakpoint> breakPoints, DebuggerResumeAction? startAction, PSHost host, PathInfo path)
    {
        SetDebugMode(DebugModes.LocalScript);
        _debugger.SetBreakpoints(breakPoints);
        SetDebuggerStepMode(startAction == DebuggerResumeAction.StepInto);
    }

    /// <inheritdoc/>
    public override void SetDebugMode(DebugModes mode)
    {
        _debugger.SetDebugMode(mode);
        base.SetDebugMode(mode);
    }

    /// <inheritdoc/>
    public override IEnumerable<CallStackFrame> GetCallStack() => _debugger.GetCallStack();

    /// <inheritdoc/>
    public override void SetBreakpoints(IEnumerable<Breakpoint> breakpoints) => _debugger.SetBreakpoints(breakpoints);

    /// <inheritdoc/>
    public override void SetDebuggerStepMode(bool enabled) => _debugger.SetDebuggerStepMode(enabled);
}
