using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>
/// The standard input of native programs in a runspace: empty, unless the script pipes something into the program. The engine gives
/// the session's own input to the first program of a pipeline, so a process would take input that the session waits for.
/// </summary>
/// <remarks>
/// The engine makes a pipe for the input of each command for which it expects input. It closes the way into a pipeline's first command,
/// reads <c>$PSDefaultParameterValues</c>, and then looks which commands expect input. So a variable that tells when it is read is the
/// place to open the way again. Nothing comes in there: the program finds the end of its input at once. The members for this are not
/// public. Where an engine has others, its programs read the session's input.
/// </remarks>
internal sealed class ProgramInput
{
    private const string Variable = "PSDefaultParameterValues";

    private readonly Runspace _runspace;
    private readonly EngineIntrinsics _engine;
    private bool _hasPrograms;

    private ProgramInput(Runspace runspace, EngineIntrinsics engine)
    {
        _runspace = runspace;
        _engine = engine;
    }

    /// <summary>Empties the input of the programs that scripts of a runspace will run. Nothing may run in the runspace yet.</summary>
    public static void Empty(Runspace runspace)
    {
        if (runspace.SessionStateProxy.PSVariable.GetValue("ExecutionContext") is EngineIntrinsics engine)
        {
            var input = new ProgramInput(runspace, engine);
            var variables = runspace.SessionStateProxy.PSVariable;
            if (variables.Get(Variable) is { } variable)
            {
                input.Replace(variables, variable);
            }

            engine.InvokeCommand.PostCommandLookupAction += input.OnCommandFound;
        }
    }

    private void OnCommandFound(object? sender, CommandLookupEventArgs found)
    {
        if ((found.Command is AliasInfo alias ? alias.ResolvedCommand : found.Command) is not ApplicationInfo)
        {
            return;
        }

        _hasPrograms = true;
        var variables = _engine.SessionState.PSVariable;
        if (variables.Get(Variable) is { } variable and not WatchedVariable)
        {
            try
            {
                Watch(variables, variable);
            }
            catch (SessionStateException expected)
            {
                // Expected: the script made its own variable read-only. Its programs read the session's input.
                ZProcEventSource.Log.FaultCaught(nameof(ProgramInput), expected);
            }
        }
    }

    // Each module has a variable of its own. One to which a function assigns is a local of compiled code, which nothing can replace.
    private void Watch(PSVariableIntrinsics variables, PSVariable variable)
    {
        var local = variables.Get("local:" + Variable);
        if (local is null)
        {
            variables.Set(new WatchedVariable(variable, OnPipelineStarting));
        }
        else if (local.GetType() == typeof(PSVariable))
        {
            Replace(variables, local);
        }
    }

    private void Replace(PSVariableIntrinsics variables, PSVariable variable)
    {
        var watched = new WatchedVariable(variable, OnPipelineStarting) { Value = variable.Value };
        variables.Remove(variable); // and its value with it
        variables.Set(watched);
    }

    private void OnPipelineStarting()
    {
        if (!_hasPrograms)
        {
            return;
        }

        try
        {
            if (EnginePipelines.FirstNativeCommand(_runspace) is { } command
                && EnginePipelines.Get(command, "CommandRuntime") is { } runtime
                && EnginePipelines.Property(runtime, "IsClosed") is { } isClosed)
            {
                isClosed.SetValue(runtime, false);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or TargetException)
        {
            // Expected of an engine with other members.
            ZProcEventSource.Log.FaultCaught(nameof(ProgramInput), e);
        }
    }
}
