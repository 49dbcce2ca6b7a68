using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// The processes of a context that other sessions control, each as one object as long as it has a record. The records are
/// followed from the first time that a command asks for them. Thread-safe.
/// </summary>
internal sealed class RemoteProcesses : IRecordObserver, IDisposable
{
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Dictionary<Guid, RemoteControl> _controls = [];
    private readonly RecordFollower _follower;

    public RemoteProcesses(ZProcContext context)
    {
        _context = context;
        _follower = new RecordFollower(context, this);
    }

    /// <summary>All processes of other sessions, as their records are now.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public IReadOnlyList<ZProcess> All(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            _follower.Start();
            foreach (var (key, entry) in _context.Client.GetSnapshot(KeyName.Processes, cancellation: cancellation).Entries)
            {
                Apply(key, entry.Value, entry.Revision);
            }

            return [.. _controls.Values.Select(control => control.Process)];
        }
    }

    /// <summary>The known processes that a session started.</summary>
    public IReadOnlyList<ZProcess> StartedBy(Guid session)
    {
        lock (_gate)
        {
            return [.. _controls.Values.Where(control => control.Record.Parent == session).Select(control => control.Process)];
        }
    }

    /// <summary>The process with a record; null when there is no such record.</summary>
    public ZProcess? Find(Guid id)
    {
        lock (_gate)
        {
            _follower.Start();
            var key = ProcessRecord.KeyOf(id);
            if (_context.Client.Get(KeyName.Processes, key) is { } entry)
            {
                Apply(key, entry.Value, entry.Revision);
            }

            return _controls.GetValueOrDefault(id)?.Process;
        }
    }

    /// <summary>Forgets a process whose record is gone.</summary>
    public void Forget(ZProcess process)
    {
        lock (_gate)
        {
            _controls.Remove(process.RecordId);
        }

        process.Dispose();
    }

    /// <summary>Ends the following of records.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _follower.Dispose();
        }
    }

    void IRecordObserver.OnUpdate(Update update)
    {
        lock (_gate)
        {
            foreach (var change in update.Changes)
            {
                if (change.After is { } value)
                {
                    Apply(change.Key, value, update.Revision);
                }
                else if (Guid.TryParse(change.Key, out var id) && _controls.TryGetValue(id, out var control) && control.Revision < update.Revision)
                {
                    Drop(id);
                }
            }
        }
    }

    void IRecordObserver.OnBehind(Func<Snapshot> resume)
    {
        lock (_gate)
        {
            var gone = _controls.Keys.ToHashSet();
            foreach (var (key, entry) in resume().Entries)
            {
                Apply(key, entry.Value, entry.Revision);
                if (Guid.TryParse(key, out var id))
                {
                    gone.Remove(id);
                }
            }

            foreach (var id in gone)
            {
                Drop(id);
            }
        }
    }

    void IRecordObserver.OnLost()
    {
        lock (_gate)
        {
            foreach (var control in _controls.Values.Where(control => !control.Record.Status.HasEnded))
            {
                Show(control, WithState(control.Record, ProcessState.Lost));
            }
        }
    }

    /// <summary>Drops a process whose record is gone. The caller holds the gate.</summary>
    private void Drop(Guid id)
    {
        if (_controls.Remove(id, out var control) && !control.Record.Status.HasEnded)
        {
            Show(control, WithState(control.Record, ProcessState.Stopped));
        }
    }

    /// <summary>Applies a record. A record that is older than the known one changes nothing. The caller holds the gate.</summary>
    private void Apply(string key, EncodedValue value, long revision)
    {
        ProcessRecord record;
        try
        {
            record = ProcessRecord.Decode(key, value);
        }
        catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
        {
            ZProcEventSource.Log.FaultCaught(nameof(RemoteProcesses), fault);
            return; // Expected: users can write to the namespace, and this value is no process.
        }

        if (record.Session == CurrentSource.SessionOf(_context))
        {
            return;
        }

        if (_controls.TryGetValue(record.Id, out var control))
        {
            if (revision <= control.Revision)
            {
                return; // the records were read as a whole before this change was followed
            }

            if (!control.Record.Status.HasEnded)
            {
                control.Revision = revision;
                Show(control, record);
                return;
            }

            if (record.Status.HasEnded)
            {
                control.Revision = revision;
                control.Record = record; // another session may control the record now, or none
                return;
            }
        }

        // A job that has ended does not begin again: a restart is another process on the same record.
        control = new RemoteControl(_context, record) { Revision = revision };
        _controls[record.Id] = control;
        control.Process = new ZProcess(_context, record, control);
        Show(control, record);
    }

    private static ProcessRecord WithState(ProcessRecord record, ProcessState state) => record with { Status = record.Status with { State = state } };

    private static void Show(RemoteControl control, ProcessRecord record)
    {
        control.Record = record;
        if (record.Status.HasEnded)
        {
            control.Process.End(record.Status.State is ProcessState.Failed or ProcessState.Lost ? control.LastError : null, isWritten: record.Status.State != ProcessState.Lost);
        }
        else
        {
            control.Process.Refresh();
        }
    }
}
