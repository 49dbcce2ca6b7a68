using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Errors;
using ZProc.Jobs;
using ZProc.Output;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>
/// The runspace of one attempt, in a session or in a worker's OS process. A caller opens it in advance, gives it a process's values
/// with <see cref="Prepare"/>, and runs the script as often as the process needs. It has no thread of its own: scripts run on the
/// caller's.
/// </summary>
internal sealed class ScriptRunspace : IDisposable
{
    /// <summary>The script's name as a command: the engine's own name for a script block, so that stack traces look as usual.</summary>
    public const string CommandName = "<ScriptBlock>";

    // What Get-Runspace shows until the runspace has a process.
    private const string SpareName = "ZProc spare";

    private readonly WorkerHost _host;
    private readonly Runspace _runspace;
    private readonly ScriptPipeline _pipeline;
    private readonly ScriptSetup _setup;
    private readonly ScriptVariables _variables;
    private readonly Lazy<RunspaceDebugger> _debugger;
    private ZProcContext? _context;
    private Source? _self;
    private ProcessStart? _start;
    private bool _hasTypes;

    /// <summary>Opens the runspace.</summary>
    public ScriptRunspace(InitialSessionState template)
    {
        _host = new WorkerHost((kind, value) => _pipeline?.Write(kind, value));
        _runspace = RunspaceFactory.CreateRunspace(_host, template);
        _runspace.Name = SpareName;
        _ = RunspaceContext.Of(_runspace).GetTemplate(() => template); // what this runspace starts has the same template
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        _pipeline = new ScriptPipeline(_runspace, _host);
        _setup = new ScriptSetup(_runspace, _host, _pipeline);
        _variables = new ScriptVariables(_runspace);
        _debugger = new Lazy<RunspaceDebugger>(() => new RunspaceDebugger(_runspace));
    }

    /// <summary>The debugger of the script, for <c>Debug-Job</c>.</summary>
    public Debugger Debugger => _debugger.Value;

    /// <summary>Whether the script itself called <c>exit</c>.</summary>
    public bool Exited => _host.ExitCode is not null;

    /// <summary>Gives the runspace a process's values, and runs what comes before the script. For the thread that runs the script.</summary>
    /// <param name="context">The context; null for none.</param>
    /// <param name="start">What to run.</param>
    /// <param name="self">The source of the script's updates.</param>
    /// <param name="info">The script's <c>$Process</c>.</param>
    /// <param name="write">Receives what the script writes, on the thread that writes.</param>
    /// <returns>Null when the script can run; else how it ended before it began.</returns>
    public ScriptEnd? Prepare(ZProcContext? context, ProcessStart start, Source self, ZProcessInfo info, Action<OutputKind, object?> write)
    {
        _context = context;
        _self = self;
        _start = start;
        _pipeline.Write = write;
        _runspace.Name = info.Name;
        RunspaceContext.Of(_runspace).Source = self;

        var end = InRunspace(() =>
        {
            DefineTypes(TypeScript.For(start), write);
            if (context is not null)
            {
                ContextTable.Select(context, _runspace, start.Namespace);
                _variables.Set("State", new ZState(context, start.Namespace, self));
                _variables.Set("Context", context);
            }

            _variables.Set("Props", StartValues.Decode(start.Props));
            _variables.Set("Process", info);
            return _setup.Apply(start, _variables);
        });
        if (end is not null)
        {
            Confirm(); // Invoke will not be called
        }

        return end;
    }

    /// <summary>
    /// Defines enums and classes, the first time. Values of these types can be read afterwards. A script may do without a type that it
    /// names, so a definition that is of no use here is a warning.
    /// </summary>
    /// <param name="scripts">The definitions.</param>
    /// <param name="write">Receives warnings.</param>
    public void DefineTypes(IEnumerable<TypeScript> scripts, Action<OutputKind, object?> write)
    {
        foreach (var script in _hasTypes ? [] : scripts)
        {
            if (script.Define(_runspace) is { } problem)
            {
                write(OutputKind.Warning, new WarningRecord(problem));
            }
        }

        _hasTypes = true;
    }

    /// <summary>Runs the script, once.</summary>
    /// <param name="update">The script's <c>$Update</c>; null for a script that is no action.</param>
    public ScriptEnd Invoke(ZStateUpdate? update = null)
    {
        if (update is not null)
        {
            _variables.Set("Update", update);
        }

        var end = InRunspace(() => _pipeline.Run(shell => _setup.AddScript(shell, _start!, _variables), _start!.Input));
        Confirm();
        return end;
    }

    /// <summary>Runs a script for items, until there are no more or until one of them ends the pipeline.</summary>
    public ScriptEnd InvokeItems(ItemScript script, IItemFeed items)
    {
        _host.ExitCode = null;
        var named = _variables.For(script.Parameters, [], script.ArgumentCount);
        var end = InRunspace(() => _pipeline.Run(shell => script.AddTo(shell, items, named), tap: new ItemTap(items.Write)));
        Confirm();
        return end;
    }

    /// <summary>
    /// Runs a script of no consequence, so that the engine compiles itself before the first real script. Nothing of the script is
    /// left: the real one takes its name.
    /// </summary>
    public void WarmUp() => RunHere("$null = 1 | & { process { \"$_\" } }");

    /// <summary>
    /// Lets the engine compile what nearly every script uses: calls of methods, properties, operators, loops. Takes as long as that
    /// would in the script itself, so only a spare does it.
    /// </summary>
    public void Rehearse() => RunHere(
        "$null = [string]::Concat('a', 1).Length, @{ a = 1 }.a; foreach ($i in 1, 2) { if ($i -gt 1) { $null = \"$i\" + [math]::Abs(-$i) } }");

    private void RunHere(string script) => InRunspace(() =>
    {
        _setup.DefineScript(new ScriptSource(script));
        return _pipeline.Run(static shell => shell.AddCommand(CommandName, useLocalScope: true));
    });

    /// <summary>Goes to the folder in which the script will probably start.</summary>
    public void GoTo(string? folder)
    {
        if (Directory.Exists(folder))
        {
            InRunspace(() => _setup.SetLocation(folder));
        }
    }

    /// <summary>Runs something on this thread as if the runspace ran it, with the culture of the process's caller.</summary>
    public T InRunspace<T>(Func<T> work)
    {
        var before = Runspace.DefaultRunspace;
        var culture = ScriptCulture.Current;
        Runspace.DefaultRunspace = _runspace;
        _start?.Culture.Apply();
        try
        {
            return work();
        }
        finally
        {
            Runspace.DefaultRunspace = before;
            culture.Apply();
        }
    }

    /// <summary>Asks the script to stop, so that its <c>finally</c> blocks run; returns at once.</summary>
    /// <param name="grace">When the caller will give up: a program that the script runs gets most of that time to end.</param>
    public void Stop(TimeSpan grace) => _pipeline.Stopper.Stop(grace);

    /// <inheritdoc cref="PipelineStopper.WaitUntilStopping()"/>
    public void WaitUntilStopping() => _pipeline.Stopper.WaitUntilStopping();

    /// <inheritdoc cref="PipelineStopper.WaitUntilStopping(Deadline)"/>
    public void WaitUntilStopping(Deadline deadline) => _pipeline.Stopper.WaitUntilStopping(deadline);

    /// <summary>Closes the runspace after the last run. Closing runs code that the script left for then, such as modules': its failure is the script's.</summary>
    /// <param name="end">How the run ended.</param>
    /// <returns>How the process ended.</returns>
    public ScriptEnd Close(ScriptEnd end)
    {
        try
        {
            return InRunspace(() =>
            {
                Dispose();
                return end;
            });
        }
#pragma warning disable CA1031 // any exception of that code is how the process failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failure = ScriptEnd.Failed(e);
            if (end.State == ProcessState.Completed)
            {
                return failure;
            }

            _pipeline.Write(OutputKind.Error, failure.Error); // the run's own failure stays the reason
            return end;
        }
    }

    /// <summary>Closes the runspace. Nothing may run in it.</summary>
    public void Dispose() => _runspace.Dispose();

    /// <summary>Closes the runspace when its script ends, if ever, and does not keep the session from exiting. Returns within a second.</summary>
    public void Abandon()
    {
        _pipeline.Stopper.Refuse();
        RunspaceAbandonment.Begin(_runspace);
    }

    /// <summary>Waits for the writes that the script sent without waiting. Failures are errors of the script.</summary>
    private void Confirm()
    {
        if (_context is null)
        {
            return;
        }

        try
        {
            foreach (var fault in _context.Unconfirmed.Wait(_self, ns: null, Deadline.Never, _pipeline.Stopper.Token))
            {
                _pipeline.Write(OutputKind.Error, ErrorRecords.From(fault));
            }
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the script was stopped. Its writes go on, and the end of the context reports their failures.
            ZProcEventSource.Log.FaultCaught(nameof(ScriptRunspace), expected);
        }
    }
}
