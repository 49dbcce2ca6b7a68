using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// The processes of a context that other sessions look after, each as one object for as long as it has a record. They are
/// followed from the first time that somebody asks for them.
/// </summary>
internal sealed class RemoteProcesses : IDisposable
{
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly Dictionary<Guid, RemoteControl> _controls = [];
    private readonly OnDemandThread _thread;
    private Watch? _watch;

    public RemoteProcesses(ZProcContext context)
    {
        _context = context;
        _thread = new OnDemandThread("ZProc records", Follow);
    }

    /// <summary>All of them, as their records are now.</summary>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public IReadOnlyList<ZProcess> All(CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            Open();
            foreach (var (key, entry) in _context.Client.GetSnapshot(KeyName.Processes, cancellation: cancellation).Entries)
            {
                Take(key, entry.Value);
            }

            return [.. _controls.Values.Select(control => control.Process)];
        }
    }

    /// <summary>Those known so far that a session started.</summary>
    public IReadOnlyList<ZProcess> StartedBy(Guid session)
    {
        lock (_gate)
        {
            return [.. _controls.Values.Where(control => control.Record.Parent == session).Select(control => control.Process)];
        }
    }

    /// <summary>One of them; null when it has no record.</summary>
    public ZProcess? Find(Guid id)
    {
        lock (_gate)
        {
            Open();
            var key = ProcessRecord.KeyOf(id);
            if (_context.Client.Get(KeyName.Processes, key) is { } entry)
            {
                Take(key, entry.Value);
            }

            return _controls.GetValueOrDefault(id)?.Process;
        }
    }

    /// <summary>Forgets one whose record is gone.</summary>
    public void Forget(ZProcess process)
    {
        lock (_gate)
        {
            _controls.Remove(process.RecordId);
        }

        process.Dispose();
    }

    /// <summary>Follows no more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _watch?.Dispose();
        }
    }

    private void Open()
    {
        if (_watch is null)
        {
            _watch = _context.Client.Watch(new WatchOptions { Namespace = KeyName.Processes });
            _watch.OnAvailable(_thread.Signal);
        }
    }

    private void Follow()
    {
        try
        {
            try
            {
                TakeChanges();
            }
            catch (FaultException fault) when (fault.Fault == Fault.Compacted)
            {
                CatchUp();
            }
        }
        catch (FaultException)
        {
            // Nobody knows any more how they go on.
            lock (_gate)
            {
                foreach (var control in _controls.Values.Where(control => !control.Record.Status.HasEnded))
                {
                    Show(control, With(control.Record, ProcessState.Lost));
                }
            }
        }
    }

    private void TakeChanges()
    {
        while (_watch!.TryRead(out var update))
        {
            foreach (var change in update.Changes)
            {
                lock (_gate)
                {
                    if (change.After is { } value)
                    {
                        Take(change.Key, value);
                    }
                    else if (Guid.TryParse(change.Key, out var id))
                    {
                        Drop(id);
                    }
                }
            }
        }
    }

    /// <summary>Goes on with the records as they are, when some of what became of them is no longer kept.</summary>
    private void CatchUp()
    {
        lock (_gate)
        {
            _watch!.Dispose();
            _watch = null;
            Open();
            var gone = _controls.Keys.ToHashSet();
            foreach (var (key, entry) in _context.Client.GetSnapshot(KeyName.Processes).Entries)
            {
                Take(key, entry.Value);
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

    /// <summary>Lets go of one whose record is gone. The caller holds the gate.</summary>
    private void Drop(Guid id)
    {
        if (_controls.Remove(id, out var control) && !control.Record.Status.HasEnded)
        {
            Show(control, With(control.Record, ProcessState.Stopped));
        }
    }

    /// <summary>Takes a record as it is now. The caller holds the gate.</summary>
    private void Take(string key, EncodedValue value)
    {
        ProcessRecord record;
        try
        {
            record = ProcessRecord.Decode(key, value);
        }
        catch (FaultException fault) when (fault.Fault == Fault.MalformedMessage)
        {
            return; // not what we call a process
        }

        if (record.Session == CurrentSource.SessionOf(_context))
        {
            return;
        }

        if (_controls.TryGetValue(record.Id, out var control) && !(control.Record.Status.HasEnded && !record.Status.HasEnded))
        {
            if (control.Record.Status.HasEnded)
            {
                control.Record = record; // its session may have left since
            }
            else
            {
                Show(control, record);
            }

            return;
        }

        control = new RemoteControl(_context, record); // a job that has ended does not begin again: its restart is another one
        _controls[record.Id] = control;
        control.Process = new ZProcess(_context, record, control);
        Show(control, record);
    }

    private static ProcessRecord With(ProcessRecord record, ProcessState state) => record with { Status = record.Status with { State = state } };

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
