using System.Collections;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.InteropServices;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;
using ZProc.Core;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>
/// The inside of a worker's OS process. Public since the worker's command line calls it; of no use elsewhere.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It lives as long as its OS process.")]
public sealed class WorkerProcess
{
    // Together they stay within the five seconds after which nothing is left of a session that was killed.
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OutputBound = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TreeBound = TimeSpan.FromSeconds(2);

    // For a busy machine: it ends with its session in any case.
    private static readonly TimeSpan ConnectBound = TimeSpan.FromSeconds(30);

    // As a shell tells of these signals.
    private const int TerminatedCode = 143;
    private const int HungUpCode = 129;

    private readonly ChildPipes _pipes;
    private readonly Lineage _lineage;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _endWatching = new();
    private readonly ManualResetEventSlim _done = new();
    private readonly TaskCompletionSource<(RemoteClient Client, Fields Fields)> _connected = new();
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>> _start = new();
    private volatile ScriptRunspace? _runspace;
    private volatile ZProcContext? _context;
    private volatile bool _orphaned;
    private volatile ScriptEnd? _signalled;
    private volatile string _name = string.Empty;

    private readonly RemoteFeed _items;

    private WorkerProcess(ChildPipes pipes, Lineage lineage)
    {
        _items = new RemoteFeed(pipes, Write);
        _pipes = pipes;
        _lineage = lineage;
    }

    /// <summary>Serves the session that started this OS process, and exits.</summary>
    public static void Run()
    {
        var lineage = Lineage.Current ?? throw new InvalidOperationException("This is called in OS processes that Start-ZProcess starts, and nowhere else.");
        var worker = new WorkerProcess(ChildPipes.TakeOver(), lineage);
        SessionEnd.IsWorker = true;
        new Thread(worker.Listen) { IsBackground = true, Name = "ZProc parent" }.Start();

        // Once the handlers return, the signal does what it would have done.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => worker.EndBy("SIGTERM", TerminatedCode));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => worker.EndBy("SIGHUP", HungUpCode));
        worker.Serve();
    }

    private void Serve()
    {
        var end = Work(out var sequence);
        if (end.State == ProcessState.Stopped && _signalled is { } signalled)
        {
            end = signalled; // the session did not ask for it
        }

        _pipes.Send((byte)WorkerFrame.Ended, WorkerMessages.Ended(end, sequence));
        _done.Set();
        if (_orphaned)
        {
            Thread.Sleep(Timeout.Infinite); // the listening thread sees to what is left, and ends us
        }

        KillDescendants();
        Environment.Exit(end.ExitCode);
    }

    private ScriptEnd Work(out long sequence)
    {
        sequence = 0;
        try
        {
            // What takes time is done before there is anything to run, or while the connection is made.
            using var runspace = new ScriptRunspace(SessionTemplate.Of());
            _runspace = runspace;
            Interlocked.MemoryBarrier(); // who stops it has set the one before looking at the other, too
            if (_stop.IsCancellationRequested)
            {
                runspace.Stop();
            }

            runspace.WarmUp();
            var context = Join(out var folder);
            _context = context;
            try
            {
                if (!_start.Task.IsCompleted)
                {
                    runspace.GoTo(folder);
                    runspace.InRunspace(() => WorkerMessages.Rehearse(context));
                }

                return runspace.Close(Run(context, runspace, Fields.Of(_start.Task.GetAwaiter().GetResult())));
            }
            finally
            {
                var unmade = ContextFactory.Stop(context, _stop.IsCancellationRequested ? ContextFactory.ShortWriteBound : null);
                sequence = context.Client.ObservedSequence; // what was waited for at the end included
                foreach (var fault in unmade)
                {
                    Write(OutputKind.Error, ErrorRecords.From(fault));
                }
            }
        }
#pragma warning disable CA1031 // whatever it is, the parent is told
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e is OperationCanceledException ? ScriptEnd.Stopped : ScriptEnd.Failed(e);
        }
    }

    /// <summary>Connects to the server, on a thread of its own.</summary>
    private void Connect(ReadOnlyMemory<byte> message)
    {
        try
        {
            var fields = Fields.Of(message);
            var client = RemoteClient.Connect(AddressOf(fields), Deadline.After(ConnectBound), id: null, _stop.Token);
            if (!_connected.TrySetResult((client, fields)))
            {
                client.Dispose(); // stopped meanwhile
            }
        }
#pragma warning disable CA1031 // whatever it is, who waits for the connection has it
        catch (Exception e)
#pragma warning restore CA1031
        {
            _connected.TrySetException(e);
        }
    }

    private ZProcContext Join(out string? folder)
    {
        var (client, fields) = _connected.Task.GetAwaiter().GetResult();
        folder = fields.Get<string>("directory");
        return ContextFactory.Join(
            client,
            AddressOf(fields),
            fields.Get<string>("name"),
            fields.Get<string>("namespace")!,
            processDefaults: new ProcessDefaults(OutputCodec.DecodeObject(fields.Get<byte[]>("defaults")!) as Hashtable));
    }

    private static ConnectionString AddressOf(Fields fields) => ConnectionString.Parse(fields.Get<string>("connection")!);

    private ScriptEnd Run(ZProcContext context, ScriptRunspace runspace, Fields fields)
    {
        ApplyEnvironment(fields.Get<Hashtable>("environment")!);
        var order = runspace.InRunspace(() => WorkerMessages.ReadStart(context, fields));
        var self = order.Self;
        _name = order.Name;
        CurrentSource.SetWorker(self);
        context.Namespace = order.Start.Namespace;
        context.Client.Observe(fields.Get<long>("sequence"));
        if (Directory.Exists(order.Start.WorkingDirectory))
        {
            Environment.CurrentDirectory = order.Start.WorkingDirectory;
        }

        _pipes.Send((byte)WorkerFrame.Started, default);
        return runspace.Prepare(context, order.Start, self, order.Info, Write)
            ?? (order.Start.Watch is { } watch ? RunUpdates(context, runspace, watch, self)
                : order.Start.TakesItems ? RunItems(context, runspace, order.Start)
                : runspace.Invoke());
    }

    /// <summary>Runs the script for each item.</summary>
    private ScriptEnd RunItems(ZProcContext context, ScriptRunspace runspace, ProcessStart start)
    {
        _items.Open(context.Client);
        return runspace.InRunspace(() => ItemLoop.Run(
            runspace, new ItemScript(start.Script, [.. start.Arguments.Select(argument => PowerShellValues.Decode(argument))], start.Using), _items));
    }

    /// <summary>Calls a watcher's action for each update.</summary>
    private ScriptEnd RunUpdates(ZProcContext context, ScriptRunspace runspace, WatchActionStart watch, Source self)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _endWatching.Token);
        using var session = runspace.InRunspace(() => WatchSession.Open(context, watch.Spec, self, cancellation: ending.Token));
        for (var calls = watch.Done; calls != watch.Count;)
        {
            var update = runspace.InRunspace(() => session.Read(Deadline.Never, ending.Token))!;
            if (runspace.Invoke(update) is { State: not ProcessState.Completed } end)
            {
                return end;
            }

            _pipes.Send((byte)WorkerFrame.Watched, WorkerMessages.Watched(new WatchProgress(update.Revision, ++calls)));
            if (runspace.Exited)
            {
                break;
            }
        }

        return ScriptEnd.Completed;
    }

    private void Write(OutputKind kind, object? value)
    {
        try
        {
            _pipes.Send((byte)kind, OutputCodec.Encode(kind, value));
        }
        catch (FaultException fault)
        {
            throw ErrorRecords.ExceptionOf(fault); // into the script, as an error of its own
        }
    }

    private void ApplyEnvironment(Hashtable variables)
    {
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (!variables.ContainsKey(name))
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }

        foreach (DictionaryEntry variable in variables)
        {
            Environment.SetEnvironmentVariable((string)variable.Key, (string?)variable.Value);
        }

        Environment.SetEnvironmentVariable(Lineage.Variable, _lineage.Value);
    }

    private void Listen()
    {
        while (_pipes.Read() is { } frame)
        {
            switch ((WorkerFrame)frame.Kind)
            {
                case WorkerFrame.Connect:
                    new Thread(() => Connect(frame.Payload)) { IsBackground = true, Name = "ZProc connect" }.Start();
                    break;
                case WorkerFrame.Start:
                    _start.TrySetResult(frame.Payload);
                    break;
                case WorkerFrame.Stop:
                    StopScript();
                    break;
                case WorkerFrame.EndWatching:
                    _endWatching.Cancel();
                    _items.End();
                    break;
                case WorkerFrame.Items:
                    _items.Add(frame.Payload);
                    break;
                default:
                    break; // from a newer session: nothing we know
            }
        }

        _orphaned = true;
        EndEverything();
        ChildProcess.WaitForAll(OutputBound); // who kills a child has something to do after that
        RuntimeFiles.Remove([Environment.ProcessId]);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private void StopScript()
    {
        _stop.Cancel();
        _connected.TrySetCanceled();
        _start.TrySetCanceled();
        _runspace?.Stop();
        _items.End();
        new Thread(LetScriptStop) { IsBackground = true, Name = "ZProc stop" }.Start();
    }

    /// <summary>
    /// Stopping ends a script's program in the foreground, but not what that had started: as long as such a one holds the
    /// program's output, the script waits, and its <c>finally</c> blocks would not come to run before it is killed.
    /// </summary>
    private void LetScriptStop()
    {
        using var tree = ProcessTree.OfSelf(_lineage);
        while (!_done.Wait(OutputBound))
        {
            tree.KillOrphanedWriters();
        }
    }

    private void EndBy(string signal, int code)
    {
        _signalled = ScriptEnd.Failed(ProcessErrors.Signalled(_name, signal), code) with { IsExit = true, Signal = signal };
        EndEverything();
    }

    /// <summary>Ends the script, what it started in the shared state, and what else it started: in bounded time, whatever they do.</summary>
    private void EndEverything()
    {
        StopScript();
        _context?.Processes.BeginStopAll();
        _done.Wait(StopBound);
        KillDescendants();
    }

    private void KillDescendants()
    {
        using var tree = ProcessTree.OfSelf(_lineage);
        tree.Kill(TreeBound);
    }
}
