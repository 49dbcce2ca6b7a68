using System.Collections;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Parallel;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.Workers;

/// <summary>Carries out an order in a worker's OS process: once, for each update of a watch, or for each item.</summary>
internal sealed class WorkerRun
{
    private readonly ZProcContext _context;
    private readonly ScriptRunspace _runspace;
    private readonly WorkerOutput _output;
    private readonly RemoteFeed _items;
    private readonly WorkerInbox _inbox;
    private readonly WorkerEnd _end;

    /// <param name="context">The context.</param>
    /// <param name="runspace">The runspace, open and warmed up.</param>
    /// <param name="output">The way to the parent.</param>
    /// <param name="items">The items that the parent sends.</param>
    /// <param name="inbox">What else the parent sends.</param>
    /// <param name="end">Ends the worker.</param>
    public WorkerRun(ZProcContext context, ScriptRunspace runspace, WorkerOutput output, RemoteFeed items, WorkerInbox inbox, WorkerEnd end)
    {
        _context = context;
        _runspace = runspace;
        _output = output;
        _items = items;
        _inbox = inbox;
        _end = end;
    }

    /// <summary>Carries out an order.</summary>
    /// <param name="message">A <see cref="WorkerMessages.Start"/>.</param>
    /// <param name="lineage">This process's lineage, which the order's environment does not have.</param>
    public ScriptEnd Run(ReadOnlyMemory<byte> message, Lineage lineage)
    {
        var fields = Fields.Of(message);
        ApplyEnvironment(fields.Get<Hashtable>("environment")!, lineage);
        var order = _runspace.InRunspace(() =>
        {
            _runspace.DefineTypes(TypeScript.Of(WorkerMessages.ReadSources(fields)), _output.Write);
            return WorkerMessages.ReadStart(_context, fields);
        });
        var self = order.Self;
        _end.Name = order.Name;
        CurrentSource.SetWorker(self);
        _context.OwnNamespace = order.Start.Namespace;
        _context.Client.Observe(fields.Get<long>("sequence"));
        if (Directory.Exists(order.Start.WorkingDirectory))
        {
            Environment.CurrentDirectory = order.Start.WorkingDirectory;
        }

        order.Start.Encodings?.Apply();
        _output.Report(WorkerFrame.Started);
        return _runspace.Prepare(_context, order.Start, self, order.Info, _output.Write)
            ?? (order.Start.Watch is { } watch ? RunUpdates(watch, self)
                : order.Start.TakesItems ? RunItems(order.Start)
                : _runspace.Invoke());
    }

    private ScriptEnd RunItems(ProcessStart start)
    {
        _items.Open(_context.Client);
        return _runspace.InRunspace(() => ItemLoop.Run(
            _runspace, new ItemScript(start.Script, [.. start.Arguments.Select(argument => StartValues.Decode(argument))], start.Using), _items));
    }

    private ScriptEnd RunUpdates(WatchActionStart watch, Source self)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_end.Stopping, _inbox.EndWatching);
        using var session = _runspace.InRunspace(() => WatchSession.Open(_context, watch.Spec, self, cancellation: ending.Token));
        for (var calls = watch.Done; calls != watch.Count;)
        {
            var update = _runspace.InRunspace(() => session.Read(Deadline.Never, cancellation: ending.Token))!;
            if (_runspace.Invoke(update) is { State: not ProcessState.Completed } end)
            {
                return end;
            }

            _output.Report(WorkerFrame.Watched, WorkerMessages.Watched(new WatchProgress(update.Revision, ++calls)));
            if (_runspace.Exited)
            {
                break;
            }
        }

        return ScriptEnd.Completed;
    }

    private static void ApplyEnvironment(Hashtable variables, Lineage lineage)
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
            var (name, value) = ((string)variable.Key, (string?)variable.Value);
            if (Environment.GetEnvironmentVariable(name) != value) // an empty value that .NET 8 has inherited would be lost: there, setting one removes the variable
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        Environment.SetEnvironmentVariable(Lineage.Variable, lineage.Value);
    }
}
