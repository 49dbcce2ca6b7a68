using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using ZProc.Commands;
using ZProc.Contexts;
using ZProc.Processes;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>A call as a job: a process in a runspace whose script is the same call.</summary>
internal static class ParallelJob
{
    private static readonly string[] Mine = ["AsJob", "InputObject", "ScriptBlock", "Context", "Namespace"];

    // What a block's $using: expressions stand for is known only where the block was written.
    private static readonly ConditionalWeakTable<ScriptBlock, IReadOnlyDictionary<string, object?>> Known = new();

    /// <summary>The values of a block's <c>$using:</c> expressions, where the session that wrote it has found them; else null.</summary>
    public static IReadOnlyDictionary<string, object?>? UsingOf(ScriptBlock block) => Known.TryGetValue(block, out var values) ? values : null;

    /// <summary>Starts one.</summary>
    /// <param name="command">The call.</param>
    /// <param name="input">Its items.</param>
    public static ZProcess Start(InvokeZParallelCommand command, IReadOnlyList<object?> input)
    {
        var block = ScriptSource.Of(command.ScriptBlock).ToScriptBlock();
        Known.Add(block, UsingValues.Collect(command.ScriptBlock, command.SessionState));
        var arguments = new Hashtable(StringComparer.OrdinalIgnoreCase) { ["ScriptBlock"] = block };
        foreach (var (name, value) in command.MyInvocation.BoundParameters)
        {
            if (!Mine.Contains(name, StringComparer.OrdinalIgnoreCase) && !Cmdlet.CommonParameters.Contains(name))
            {
                arguments[name] = value;
            }
        }

        var script = ScriptBlock.Create("$zprocArguments = $using:zprocArguments; $input | Invoke-ZParallel @zprocArguments");
        var key = UsingValues.KeyOf((System.Management.Automation.Language.UsingExpressionAst)script.Ast.Find(
            static ast => ast is System.Management.Automation.Language.UsingExpressionAst, searchNestedScriptBlocks: false));
        var context = ParallelContext.ForJob(command.Context);
        try
        {
            var process = context.Value!.Processes.Start(new ProcessStart
            {
                Script = ScriptSource.Of(script),
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
