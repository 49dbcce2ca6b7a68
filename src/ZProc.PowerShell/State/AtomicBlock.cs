using System.Collections;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using ZProc.Errors;

namespace ZProc.State;

/// <summary>
/// One run of an atomic block for a command. Its output is held back; errors that it writes become the command's own as they
/// come, with their place.
/// </summary>
internal sealed class AtomicBlock
{
    // The try: outside one, PowerShell reports an error such as a failed cast and goes on with the next statement, and half of
    // the block would be committed. What the block can see of this is $State and, if given, its preference.
    private static readonly ScriptBlock Caller = ScriptBlock.Create("""
        $State = $args[0].State
        if ($null -ne $args[0].Preference) { $ErrorActionPreference = $args[0].Preference }
        try {
            & {
                $private:arguments = $args[0].Arguments
                $args[0].Output = @(& $args[0].Script @private:arguments)
            } $args[0] 2>&1 | & { process { $args[0].Report($_) } } $args[0]
        }
        finally { }
        """);

    private static readonly ScriptBlock Try = ScriptBlock.Create("try { $args[0].Invoke() } finally { }");

    private readonly PSCmdlet _command;

    public AtomicBlock(PSCmdlet command, ScriptBlock script, ZState state, object?[] arguments)
    {
        _command = command;
        Script = script;
        State = state;
        Arguments = arguments;
        command.MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var preference);

        // What the command passes over in silence it has to be told all the same, for its -ErrorVariable.
        Preference = preference is ActionPreference.SilentlyContinue ? ActionPreference.Continue : preference;
    }

    /// <summary>The block.</summary>
    public ScriptBlock Script { get; }

    /// <summary>The block's <c>$State</c>.</summary>
    public ZState State { get; }

    /// <summary>Its arguments.</summary>
    public object?[] Arguments { get; }

    /// <summary>The block's <c>$ErrorActionPreference</c>; null for the caller's.</summary>
    public object? Preference { get; }

    /// <summary>What it has output; nothing until its end.</summary>
    public IEnumerable Output { get; set; } = Array.Empty<object>();

    /// <summary>Runs it to its end. Throws whatever ends it.</summary>
    public void Invoke()
    {
        if (Script.Module == _command.SessionState.Module)
        {
            Caller.Invoke(this);
            return;
        }

        // It runs in another module than its caller, where it does not see variables set here; its errors go where the session's go.
        ExceptionDispatchInfo? failure = null;
        Try.Invoke((Action)(() =>
        {
            try
            {
                Output = Script.InvokeWithContext(null, Variables(), Arguments);
            }
#pragma warning disable CA1031 // whatever it is goes on where the block was called
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }));
        failure?.Throw();
    }

    /// <summary>Writes an error of the block as the command's.</summary>
    public void Report(ErrorRecord error)
    {
        if (ErrorRecords.IsNativeLine(error))
        {
            _command.Host.UI.WriteErrorLine(error.ToString()); // a line that a native command wrote, which is no error to PowerShell
            return;
        }

        var isOurs = error.InvocationInfo is { ScriptName: null or "", Line: { } line } && Caller.ToString().Contains(line.Trim(), StringComparison.Ordinal);
        ErrorRecordParts.Keep(error, isOurs ? _command.MyInvocation : error.InvocationInfo);
        _command.WriteError(error);
    }

    private List<PSVariable> Variables()
    {
        var variables = new List<PSVariable> { new("State", State) };
        if (Preference is not null)
        {
            variables.Add(new PSVariable("ErrorActionPreference", Preference));
        }

        return variables;
    }
}
