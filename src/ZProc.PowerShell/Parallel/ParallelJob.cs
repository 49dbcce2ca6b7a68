using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using ZProc.Commands;
using ZProc.Contexts;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>A call with <c>-AsJob</c>: a runspace process whose script makes the same call.</summary>
internal static class ParallelJob
{
    // Parameters that the call in the job does not get: it has its own context and input.
    private static readonly string[] NotPassedOn = ["AsJob", "InputObject", "ScriptBlock", "Context", "Namespace"];

    // The values can be found only in the caller's scope, and the job's call runs in another runspace.
    private static readonly ConditionalWeakTable<ScriptBlock, Tuple<ScriptSource, BlockValues>> Blocks = [];

    /// <summary>The source of a job's block, and the values that it has of the caller's session; null for any other block.</summary>
    public static (ScriptSource Source, BlockValues Values)? Find(ScriptBlock block) => Blocks.TryGetValue(block, out var known) ? (known.Item1, known.Item2) : null;

    /// <summary>Whether a block is that of a job's call.</summary>
    public static bool IsOfJob(ScriptBlock block) => Blocks.TryGetValue(block, out _);

    /// <summary>Starts a job.</summary>
    /// <param name="command">The call with <c>-AsJob</c>.</param>
    /// <param name="input">The items.</param>
    /// <exception cref="Core.FaultException">The context or the process could not be started.</exception>
    public static ZProcess Start(InvokeZParallelCommand command, IReadOnlyList<object?> input)
    {
        var source = ScriptSource.Of(command.ScriptBlock);
        var block = BlockCopies.Make(source); // of this job alone, and not copied again
        Blocks.Add(block, Tuple.Create(source, BlockValues.Of(command.SessionState, command.ScriptBlock, command.InitializationScript)));
        var arguments = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["ScriptBlock"] = block };
        foreach (var (name, value) in command.MyInvocation.BoundParameters)
        {
            if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase) && !Cmdlet.CommonParameters.Contains(name))
            {
                arguments[name] = value;
            }
        }

        var script = ScriptBlock.Create(
            "$zprocArguments = $using:zprocArguments; try { $input | Invoke-ZParallel @zprocArguments } catch { throw }"); // an error that ends the call ends the job
        var key = UsingValues.KeyOf((UsingExpressionAst)script.Ast.Find(
            static ast => ast is UsingExpressionAst, searchNestedScriptBlocks: false));
        var context = ParallelContext.ForJob(command.Context);
        try
        {
            var process = context.Value!.Processes.Start(new ProcessStart
            {
                Script = ScriptSource.Of(script),
                Command = command.ScriptBlock.ToString(),
                Namespace = command.Namespace ?? ContextTable.NamespaceOf(context.Value),
                As = ProcessKind.Runspace,
                Using = new Dictionary<string, object?> { [key] = arguments },
                Input = input,
                WorkingDirectory = command.SessionState.Path.CurrentFileSystemLocation.ProviderPath,
                Functions = SessionFunctions.Find(command.SessionState, command.ImportFunction),
                Preferences = Preferences.Of(command),
            });
            context.LeaveToJob();
            return process;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }
}
