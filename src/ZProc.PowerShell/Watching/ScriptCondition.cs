using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Conditions;
using ZProc.Core.Values;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>
/// The condition of <c>-When { … }</c>. Met when the script, given the namespace, outputs something true. The script runs in the
/// runspace of the thread that evaluates it.
/// </summary>
internal sealed class ScriptCondition : IStateCondition
{
    private readonly WhenScript _script;
    private readonly ScriptBlock? _block; // the caller's own; null when it cannot be used
    private readonly Runspace? _home; // the runspace of that block
    private readonly WatchSpec _spec;
    private ScriptBlock? _rebuilt;

    /// <param name="script">The script.</param>
    /// <param name="block">The script's block in the caller's session; null to rebuild it from its text.</param>
    /// <param name="spec">The watch that the condition is of, for the messages of errors.</param>
    public ScriptCondition(WhenScript script, ScriptBlock? block, WatchSpec spec)
    {
        _script = script;
        _spec = spec;

        // The caller's block sees the functions and variables of its session. One with $using: has to be rebuilt with their values.
        if (block is not null && !script.HasUsing)
        {
            _block = block;
            _home = Runspace.DefaultRunspace;
        }
    }

    /// <inheritdoc/>
    public bool RunsScript => true;

    /// <inheritdoc/>
    public bool IsMetBy(IReadOnlyDictionary<string, EncodedValue> values)
    {
        var snapshot = StateChanges.ToDictionary(
            values.Select(pair => new KeyValuePair<string, object?>(pair.Key, PowerShellValues.Decode(pair.Key, pair.Value))));
        var variables = new List<PSVariable> { new("_", snapshot), new("State", snapshot) };
        variables.AddRange(_script.Variables.Select(variable => new PSVariable(variable.Key, variable.Value)));
        try
        {
            return LanguagePrimitives.IsTrue(BlockHere().InvokeWithContext(null, variables, _script.ArgumentsFor(snapshot)));
        }
        catch (FlowControlException e) when (e is LoopFlowException or ExitException)
        {
            throw new FaultException(
                Fault.InvalidArgument, "The block of -When used 'break', 'continue' or 'exit' to leave code outside of it. Use 'return', or output true or false.");
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            var hint = e.WasThrownFromThrowStatement ? string.Empty : Hint;
            e.ErrorRecord.ErrorDetails ??= new ErrorDetails($"The block of {_spec.Command} -When failed: {e.ErrorRecord}{hint}");
            throw;
        }
    }

    /// <summary>How the block reads the watched key, where that is one. <c>$_</c> is easily taken for its value.</summary>
    private string Hint => _spec is { Keys: [], LiteralKeys: [var key] }
        ? $" In this block $_ is the whole namespace, and {(key.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') ? $"$_.{key}" : $"$_['{key.Replace("'", "''", StringComparison.Ordinal)}']")} is the value of the key."
        : string.Empty;

    /// <summary>The block to run in the current runspace. A block of another runspace would wait until that runspace is free.</summary>
    private ScriptBlock BlockHere() =>
        _block is not null && _home == Runspace.DefaultRunspace ? _block : _rebuilt ??= ScriptBlock.Create(_script.Text);
}
