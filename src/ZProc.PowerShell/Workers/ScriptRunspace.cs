using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.State;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>
/// The runspace of one attempt of a process, in whichever OS process: opened in advance, given the process's values,
/// and then run as often as the process wants. It has no thread of its own: scripts run on the caller's.
/// </summary>
internal sealed class ScriptRunspace : IDisposable
{
    /// <summary>The script's name as a command: what the engine calls a script block, so that stack traces read as ever.</summary>
    public const string CommandName = "<ScriptBlock>";

    private static readonly string[] Provided = ["State", "Props", "Process", "Context", "Update"];

    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(1);

    private readonly WorkerHost _host = new();
    private readonly Runspace _runspace;
    private readonly Dictionary<string, object?> _provided = new(StringComparer.OrdinalIgnoreCase);
    private readonly object _gate = new();
    private PowerShell? _running;
    private readonly CancellationTokenSource _stopped = new();
    private bool _stopping;

    private ZProcContext? _context;
    private Source? _self;
    private ProcessStart? _start;
    private Action<OutputKind, object?> _write = static (_, _) => { };
    private IReadOnlyList<string> _declared = [];

    /// <summary>Opens it.</summary>
    public ScriptRunspace(InitialSessionState template)
    {
        _runspace = RunspaceFactory.CreateRunspace(_host, template);
        SessionTemplate.Note(_runspace, template);
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
    }

    /// <summary>The runspace.</summary>
    public Runspace Runspace => _runspace;

    /// <summary>Gives it a process's values and runs what comes before its script. Runs on the thread that runs the script.</summary>
    /// <returns>Null when the script can run; else how it ended before it began.</returns>
    public ScriptEnd? Prepare(ZProcContext? context, ProcessStart start, Source self, ZProcessInfo info, Action<OutputKind, object?> write)
    {
        _context = context;
        _self = self;
        _start = start;
        _write = write;
        _runspace.Name = info.Name;
        CurrentSource.Set(_runspace, self);

        var end = InRunspace<ScriptEnd?>(() =>
        {
            if (context is not null)
            {
                ContextTable.Select(context, _runspace, start.Namespace);
                _provided["State"] = new ZState(context, start.Namespace, self);
                _provided["Context"] = context;
            }

            _provided["Props"] = PowerShellValues.Decode(start.Props);
            _provided["Process"] = info;
            foreach (var (name, value) in _provided)
            {
                _runspace.SessionStateProxy.SetVariable(name, value);
            }

            if (start.WorkingDirectory is { } directory)
            {
                SetLocation(directory);
            }

            foreach (var (name, value) in start.Preferences)
            {
                _runspace.SessionStateProxy.SetVariable(name, value);
            }

            foreach (var (name, function) in start.Functions)
            {
                SessionFunctions.Define(_runspace, name, function);
            }

            DefineScript(start.Script);
            foreach (var module in start.ImportModule)
            {
                if (Run(shell => shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("ErrorAction", "Stop"), null) is { State: not ProcessState.Completed } end)
                {
                    return end;
                }
            }

            if (start.InitializationScript is not { } initialization)
            {
                return null;
            }

            var before = Run(shell => shell.AddScript(initialization.Text, useLocalScope: false), null);
            return before.State == ProcessState.Completed && _host.ExitCode is null ? null : before;
        });
        if (end is not null)
        {
            Confirm(); // its script will not
        }

        return end;
    }

    /// <summary>Runs the script, once.</summary>
    public ScriptEnd Invoke(ZStateUpdate? update = null)
    {
        if (update is not null)
        {
            _provided["Update"] = update;
            _runspace.SessionStateProxy.SetVariable("Update", update);
        }

        var end = InRunspace(() => Run(AddScript, _start!.Input));
        Confirm();
        return end;
    }

    /// <summary>Runs a script for items, as many as there are or until one of them ends the pipeline.</summary>
    public ScriptEnd InvokeItems(ItemScript script, IItemFeed items)
    {
        _host.ExitCode = null;
        var named = new Dictionary<string, object?>(_provided.Where(pair => script.Declared.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)));
        var tap = new ItemTap(items.Write);
        var end = InRunspace(() => Run(shell => script.AddTo(shell, items, named), input: null, tap));
        Confirm();
        return end;
    }

    /// <summary>Waits for what the script wrote without waiting. What was not made is its error.</summary>
    private void Confirm()
    {
        if (_context is null)
        {
            return;
        }

        try
        {
            foreach (var fault in _context.Unconfirmed.Wait(_self, ns: null, Deadline.Never, _stopped.Token))
            {
                _write(OutputKind.Error, ErrorRecords.From(fault));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped meanwhile: what it had sent goes on by itself, and its end tells of it.
        }
    }

    /// <summary>
    /// Runs something of no consequence in the way in which scripts are run, so that the first one does not wait for the engine to
    /// compile itself. Nothing of it is left: the script takes the name that it had.
    /// </summary>
    public void WarmUp() => InRunspace(() =>
    {
        DefineScript(new ScriptSource("$null = 1 | & { process { \"$_\" } }"));
        return Run(static shell => shell.AddCommand(CommandName, useLocalScope: true), null);
    });

    /// <summary>Goes where the script will probably start.</summary>
    public void GoTo(string? folder)
    {
        if (Directory.Exists(folder))
        {
            InRunspace(() => SetLocation(folder));
        }
    }

    /// <summary>Whether the script itself called <c>exit</c>.</summary>
    public bool Exited => _host.ExitCode is not null;

    /// <summary>Runs something on this thread as if the runspace did.</summary>
    public T InRunspace<T>(Func<T> work)
    {
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = _runspace;
        try
        {
            return work();
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }

    /// <summary>
    /// Asks the script to stop, so that its <c>finally</c> blocks run, and returns at once. The request itself waits as
    /// long as the script does: on a thread that keeps nobody from exiting, which the engine's own would.
    /// </summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            _stopped.Cancel();
            if (_running is { } running)
            {
                Background("ZProc stop", () => StopNow(running));
            }
        }
    }

    /// <summary>Closes it after the last run. That calls what the script left to be called then, whose failure is the script's.</summary>
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
#pragma warning disable CA1031 // see above
        catch (Exception e)
#pragma warning restore CA1031
        {
            var failure = ScriptEnd.Failed(e);
            if (end.State == ProcessState.Completed)
            {
                return failure;
            }

            _write(OutputKind.Error, failure.Error); // why the run ended comes first
            return end;
        }
    }

    /// <summary>Closes it, once nothing runs in it any more.</summary>
    public void Dispose() => _runspace.Dispose();

    /// <summary>Leaves it to close by itself when its script lets it. Returns when it has begun to: it does not keep the session from exiting.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        // At its end the session closes what is open, and would wait for this one: it has to be closing by then.
        using var closing = new ManualResetEventSlim();
        void Closing(object? sender, RunspaceStateEventArgs change) => closing.Set();
        _runspace.StateChanged += Closing;
        if (_runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            closing.Set();
        }

        Background("ZProc close", CloseNow);
        closing.Wait(CloseBound);
        _runspace.StateChanged -= Closing;
    }

    private static void Background(string name, Action work) => new Thread(() => work()) { IsBackground = true, Name = name }.Start();

    private static void StopNow(PowerShell shell)
    {
        try
        {
            shell.Stop();
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException)
        {
            // The script ended in the same moment: the engine stumbles over what it has taken apart or disposed of.
        }
    }

    private void CloseNow()
    {
        try
        {
            _runspace.Dispose();
        }
#pragma warning disable CA1031 // closing calls what the script loaded, modules and providers, and that may throw anything
        catch (Exception)
#pragma warning restore CA1031
        {
            // The process has been given up and said so: nobody is left to tell.
        }
    }

    /// <summary>Goes to a folder. The engine looks at each part of its path, which takes longer than all else that a start takes.</summary>
    private PathInfo SetLocation(string folder)
    {
        var path = _runspace.SessionStateProxy.Path;
        return path.CurrentLocation is { Provider.Name: "FileSystem" } current && current.Path == folder && Directory.Exists(folder)
            ? current
            : path.SetLocation(WildcardPattern.Escape(folder));
    }

    /// <summary>Makes the script a command whose errors show where it was written.</summary>
    private void DefineScript(ScriptSource source)
    {
        var block = source.ToScriptBlock();
        _declared = ScriptSource.ParametersOf(block);
        SessionFunctions.Define(_runspace, CommandName, block);
    }

    private void AddScript(PowerShell shell)
    {
        var start = _start!;
        shell.AddCommand(CommandName, useLocalScope: true);
        foreach (var name in Provided)
        {
            if (_provided.TryGetValue(name, out var value)
                && _declared.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !start.Parameters.Any(parameter => name.Equals(parameter.Key, StringComparison.OrdinalIgnoreCase)))
            {
                shell.AddParameter(name, value);
            }
        }

        foreach (var (name, value) in start.Parameters)
        {
            shell.AddParameter(name, PowerShellValues.Decode(value));
        }

        foreach (var argument in start.Arguments)
        {
            shell.AddArgument(PowerShellValues.Decode(argument));
        }

        if (UsingValues.ToTable(start.Using) is { } table)
        {
            shell.AddParameter(UsingValues.Parameter, table);
        }
    }

    /// <summary>
    /// Write-Error in the outermost block names the block's caller as its place, and there is none: the place is then
    /// where the script is now.
    /// </summary>
    private void WriteError(ErrorRecord record)
    {
        var place = ErrorPosition.Of(record) is not { } known || ItemScript.IsCaller(known) ? ErrorPosition.Of(_runspace.Debugger.GetCallStack().FirstOrDefault()?.Position) : null;
        if (place is not null)
        {
            record = ErrorCodec.Copy(record, place);
        }

        _write(OutputKind.Error, record);
    }

    // The engine does not always say so with an exception, nor is each exception of a script that was stopped its own.
    private bool WasStopped(PowerShell shell) =>
        _stopping && shell.InvocationStateInfo.State is PSInvocationState.Stopping or PSInvocationState.Stopped;

    private ScriptEnd Run(
        Action<PowerShell> add, IReadOnlyList<object?>? input, ItemTap? tap = null)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        add(shell);
        shell.Streams.Error = StreamTap.Of<ErrorRecord>(WriteError);
        shell.Streams.Warning = StreamTap.Of<WarningRecord>(record => _write(OutputKind.Warning, record));
        shell.Streams.Verbose = StreamTap.Of<VerboseRecord>(record => _write(OutputKind.Verbose, record));
        shell.Streams.Debug = StreamTap.Of<DebugRecord>(record => _write(OutputKind.Debug, record));
        shell.Streams.Information = StreamTap.Of<InformationRecord>(record => _write(OutputKind.Information, record));
        shell.Streams.Progress = StreamTap.Of<ProgressRecord>(record => _write(OutputKind.Progress, record));
        var output = StreamTap.Of<PSObject>(value => _write(OutputKind.Output, value));
        lock (_gate)
        {
            if (_stopping)
            {
                return ScriptEnd.Stopped;
            }

            _running = shell;
        }

        try
        {
            using var items = new PSDataCollection<object?>(input ?? []);
            items.Complete();
            var settings = new PSInvocationSettings { AddToHistory = false };
            if (tap is null)
            {
                shell.Invoke(items, output, settings);
            }
            else
            {
                shell.Invoke(items, tap, settings);
            }

            return WasStopped(shell) ? ScriptEnd.Stopped : _host.ExitCode is { } code and not 0 ? ScriptEnd.Exited(_runspace.Name, code) : ScriptEnd.Completed;
        }
        catch (Exception) when (WasStopped(shell))
        {
            return ScriptEnd.Stopped;
        }
#pragma warning disable CA1031 // whatever the script threw is how it failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptEnd.Failed(e);
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }
}
