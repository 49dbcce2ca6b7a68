using System.Collections;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.State;

/// <summary>
/// One run of an atomic block for a command. The block's output is kept until the commit. Each error that it writes is an error of
/// the command at once, and keeps its position.
/// </summary>
internal sealed class AtomicBlock
{
    // Inside a try, an error such as a failed cast ends the block. Outside one, PowerShell reports the error and goes on with the next
    // statement, and half of the block would be committed. The block sees only $State and, if given, its preference of this.
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

    /// <param name="command">The command that runs the block.</param>
    /// <param name="script">The block.</param>
    /// <param name="state">The block's <c>$State</c>.</param>
    /// <param name="arguments">The block's arguments.</param>
    public AtomicBlock(PSCmdlet command, ScriptBlock script, ZState state, object?[] arguments)
    {
        _command = command;
        Script = script;
        State = state;
        Arguments = arguments;
        command.MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var preference);

        // With SilentlyContinue the block would not write the errors that the command's -ErrorVariable has to collect.
        Preference = preference is ActionPreference.SilentlyContinue ? ActionPreference.Continue : preference;
    }

    /// <summary>The block.</summary>
    public ScriptBlock Script { get; }

    /// <summary>The block's <c>$State</c>.</summary>
    public ZState State { get; }

    /// <summary>The block's arguments.</summary>
    public object?[] Arguments { get; }

    /// <summary>The block's <c>$ErrorActionPreference</c>; null for the caller's.</summary>
    public object? Preference { get; }

    /// <summary>The block's output; empty until its end.</summary>
    public IEnumerable Output { get; set; } = Array.Empty<object>();

    /// <summary>Runs the block to its end. Throws the exception that ends it.</summary>
    public void Invoke()
    {
        if (Script.Module == _command.SessionState.Module)
        {
            Caller.Invoke(this);
            return;
        }

        // A block of another module does not see variables that are set here. Its errors go to the session's error stream.
        ExceptionDispatchInfo? failure = null;
        Try.Invoke((Action)(() =>
        {
            try
            {
                Output = Script.InvokeWithContext(null, Variables(), Arguments);
            }
#pragma warning disable CA1031 // any exception is thrown again below, outside the script
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }));
        failure?.Throw();
    }

    /// <summary>Writes an error of the block as an error of the command.</summary>
    public void Report(ErrorRecord error)
    {
        if (ErrorRecords.IsNativeLine(error))
        {
            NativeLines.Write(_command, error);
            return;
        }

        var isOfCaller = error.InvocationInfo is { ScriptName: null or "", Line: { } line } && Caller.ToString().Contains(line.Trim(), StringComparison.Ordinal);
        ErrorRecordParts.SetPosition(error, isOfCaller ? _command.MyInvocation : error.InvocationInfo);
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
