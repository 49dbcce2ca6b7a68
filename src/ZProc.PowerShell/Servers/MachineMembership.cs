using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Processes;
using ZProc.Requests;

namespace ZProc.Servers;

/// <summary>
/// The part that this machine takes in a context on an engine. Its record is there as long as the membership. Another session ends the
/// membership through the record; so does the end of the client.
/// </summary>
internal sealed class MachineMembership : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    // The others take a machine that is gone out of the context within this time.
    private static readonly TimeSpan SilenceBound = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SilencePause = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new(); // guards the two below
    private Watch _watch;
    private bool _isDisposed;
    private readonly ZProcContext _context;
    private readonly HostRecord _record;
    private readonly ManualResetEventSlim _end;
    private readonly OnDemandThread _thread;

    private MachineMembership(ZProcContext context, HostRecord record, ManualResetEventSlim end)
    {
        _context = context;
        _record = record;
        _end = end;
        _thread = new OnDemandThread("ZProc machine", Follow);
        _watch = Open();
    }

    /// <summary>Makes this machine take part.</summary>
    /// <param name="context">The context, which listens to requests already.</param>
    /// <param name="name">The machine's name.</param>
    /// <param name="end">Set when the membership has to end.</param>
    /// <exception cref="FaultException">InvalidArgument: another machine has the name.</exception>
    public static MachineMembership Begin(ZProcContext context, string name, ManualResetEventSlim end)
    {
        var membership = new MachineMembership(context, BackgroundProcesses.RecordOf(context, name), end);
        try
        {
            membership.Write();
            membership._watch.OnAvailable(membership._thread.Signal);
            return membership;
        }
        catch
        {
            membership._watch.Dispose();
            throw;
        }
    }

    /// <summary>Asks the process of a machine to end its membership. A record of another process with that name is left alone.</summary>
    /// <exception cref="OperationCanceledException">The engine is away, or the caller has given up.</exception>
    public static void AskToEnd(IClient client, ZProcServer machine, CancellationToken cancellation)
    {
        if (client.Get(KeyName.Server, machine.Name, fresh: true, cancellation) is { } entry
            && HostRecord.TryDecode(entry.Value) is { IsHere: true } record && record.Process == machine.Process)
        {
            var source = new Source(client.Id, "Stop-ZProcServer", Environment.ProcessId);
            client.Commit(
                new CommitRequest(KeyName.Server, source, [
                    new Change(ChangeKind.Set, machine.Name, (record with { IsEnding = true }).Encode(), new Precondition(PreconditionKind.RevisionIs, entry.Revision)),
                ]),
                cancellation: cancellation);
        }
    }

    /// <summary>Takes the machine out of the context.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watch.Dispose();
        }

        try
        {
            using var bound = new CancellationTokenSource(Bound);
            if (Current(bound.Token) is { Record: { } record, Revision: var revision } && record.Session == _record.Session)
            {
                _context.Client.Commit(
                    new CommitRequest(KeyName.Server, _context.Self, [
                        new Change(ChangeKind.Remove, _record.Name, Precondition: new Precondition(PreconditionKind.RevisionIs, revision)),
                    ]),
                    cancellation: bound.Token);
            }
        }
        catch (Exception expected) when (expected is FaultException or OperationCanceledException)
        {
            // Expected: the engine is away. The others remove the record of a client that is gone.
            ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), expected);
        }
    }

    private Watch Open() => _context.Client.Watch(new WatchOptions { Namespace = KeyName.Server, Keys = new KeyFilter([_record.Name]), ExcludeSource = _context.Self.Id });

    private void Follow()
    {
        try
        {
            try
            {
                TakeUpdates();
            }
            catch (FaultException fault) when (ServerFaults.MeansBehind(fault))
            {
                // Expected: a fail-over of the engine took updates back, perhaps that of the record.
                ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), fault);
                Reopen();
                Write();
            }
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), fault);
            if (!ServerFaults.MeansGone(fault))
            {
                _end.Set();
            }
        }
    }

    private void TakeUpdates()
    {
        while (_watch.TryRead(out var update))
        {
            if (update.Find(_record.Name) is not { } change)
            {
                continue;
            }

            if (change.After is not { } value)
            {
                Write(); // the others took this machine for gone
            }
            else if (HostRecord.TryDecode(value) is { IsEnding: true } record && record.Session == _record.Session)
            {
                _end.Set();
            }
        }
    }

    private void Reopen()
    {
        var watch = Open();
        lock (_gate)
        {
            if (!_isDisposed)
            {
                (_watch, watch) = (watch, _watch);
            }
        }

        watch.Dispose();
        _watch.OnAvailable(_thread.Signal);
    }

    private void Write()
    {
        var patience = Deadline.After(SilenceBound);
        while (!TryWrite())
        {
            if (Current(CancellationToken.None) is not { Record: { } other } || other.Session == _record.Session)
            {
                continue;
            }

            if (patience.Passed || (other.IsHere && other.Process.IsAlive))
            {
                throw new FaultException(
                    Fault.InvalidArgument,
                    $"A machine named '{_record.Name}' takes part in the context already: '{other.Machine}', process {other.Process.Id}. Stop it there with Stop-ZProcServer, or choose another name.",
                    _record.Name);
            }

            // Elsewhere, only its silence tells whether it is gone.
            _context.Client.Closed.WaitHandle.WaitOne(SilencePause);
        }
    }

    /// <summary>Writes the record in the place of none, or of one that is void: of this machine's dead process, or no record at all.</summary>
    /// <returns>False when there is another one.</returns>
    private bool TryWrite()
    {
        var known = Current(CancellationToken.None);
        if (known is { Record: { } other } && other.Session != _record.Session && !(other.IsHere && !other.Process.IsAlive))
        {
            return false;
        }

        try
        {
            var precondition = known is null ? Precondition.Absent : new Precondition(PreconditionKind.RevisionIs, known.Value.Revision);
            _context.Client.Commit(new CommitRequest(KeyName.Server, _context.Self, [new Change(ChangeKind.Set, _record.Name, _record.Encode(), precondition)]));
            return true;
        }
        catch (FaultException conflict) when (conflict.Fault == Fault.Conflict)
        {
            ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), conflict);
            return false;
        }
    }

    private (HostRecord? Record, long Revision)? Current(CancellationToken cancellation) =>
        _context.Client.Get(KeyName.Server, _record.Name, fresh: true, cancellation) is { } entry ? (HostRecord.TryDecode(entry.Value), entry.Revision) : null;
}
