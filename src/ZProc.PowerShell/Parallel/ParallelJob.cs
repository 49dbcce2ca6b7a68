using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using ZProc.Commands;
using ZProc.Contexts;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>A call with <c>-AsJob</c>: a runspace process whose script makes the same call.</summary>
internal static class ParallelJob
{
    // Parameters that the call in the job does not get: it has its own context and input.
    private static readonly string[] NotPassedOn = ["AsJob", "InputObject", "ScriptBlock", "Context", "Namespace"];

    // The values of $using: expressions can be found only in the caller's scope, and the job's call runs in another runspace.
    private static readonly ConditionalWeakTable<ScriptBlock, IReadOnlyDictionary<string, object?>> UsingValuesByBlock = new();

    /// <summary>The values of a block's <c>$using:</c> expressions, for the block of a job's call; null for any other block.</summary>
    public static IReadOnlyDictionary<string, object?>? UsingOf(ScriptBlock block) =>
        UsingValuesByBlock.TryGetValue(block, out var values) ? values : null;

    /// <summary>Whether a block is that of a job's call.</summary>
    public static bool IsOfJob(ScriptBlock block) => UsingValuesByBlock.TryGetValue(block, out _);

    /// <summary>Starts a job.</summary>
    /// <param name="command">The call with <c>-AsJob</c>.</param>
    /// <param name="input">The items.</param>
    /// <exception cref="Core.FaultException">The context or the process could not be started.</exception>
    public static ZProcess Start(InvokeZParallelCommand command, IReadOnlyList<object?> input)
    {
        var block = ScriptSource.Of(command.ScriptBlock).ToScriptBlock();
        UsingValuesByBlock.Add(block, UsingValues.Collect(command.ScriptBlock, command.SessionState));
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
