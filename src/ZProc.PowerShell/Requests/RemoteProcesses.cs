using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Processes;

namespace ZProc.Requests;

/// <summary>
/// The processes of a context that other sessions control, each as one object as long as it has a record. The records are
/// followed from the first time that a command asks for them. They are read with no lock held, and applied under the gate. The jobs
/// show them with the gate released, because showing calls handlers of the user. Thread-safe.
/// </summary>
internal sealed class RemoteProcesses : IRecordObserver, IDisposable
{
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private readonly RecordFollower _follower;

    // Guarded by the gate.
    private readonly Dictionary<Guid, RemoteControl> _controls = [];
    private readonly Dictionary<Guid, long> _removed = []; // while records are read: what was removed, and the revision of that
    private int _reads; // that are under way
    private int _restarts; // how often the records were read as a whole because changes were missed

    public RemoteProcesses(ZProcContext context)
    {
        _context = context;
        _follower = new RecordFollower(context, this);
    }

    /// <summary>All processes of other sessions, as their records are now.</summary>
    /// <param name="cancellation">Ends the reading at once.</param>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public IReadOnlyList<ZProcess> All(CancellationToken cancellation)
    {
        Read(() => _context.Client.GetSnapshot(KeyName.Processes, cancellation: cancellation).Entries, cancellation);
        return Known(static _ => true);
    }

    /// <summary>The known processes that a session started.</summary>
    public IReadOnlyList<ZProcess> StartedBy(Guid session) => Known(control => control.Record.Parent == session);

    /// <summary>As <see cref="StartedBy"/>, without a wait: of a process that another thread has just heard of, only the name and the id are of use.</summary>
    public IReadOnlyList<ZProcess> HeardOf(Guid session)
    {
        lock (_gate)
        {
            return [.. _controls.Values.Where(control => control.Record.Parent == session).Select(static control => control.Process)];
        }
    }

    /// <summary>The process with a record; null when there is no such record.</summary>
    /// <param name="id">The id of the record.</param>
    /// <param name="cancellation">Ends the reading at once.</param>
    /// <exception cref="FaultException">ConnectionLost; ContextStopped.</exception>
    public ZProcess? Find(Guid id, CancellationToken cancellation)
    {
        var key = ProcessRecord.KeyOf(id);
        Read(
            () => _context.Client.Get(KeyName.Processes, key, cancellation: cancellation) is { } entry ? [new KeyValuePair<string, Entry>(key, entry)] : [],
            cancellation);
        RemoteControl? control;
        lock (_gate)
        {
            control = _controls.GetValueOrDefault(id);
        }

        return control?.WaitUntilShown(RemoteControl.NewShowDeadline());
    }

    /// <summary>Forgets a process that is removed. Another one on its record stays.</summary>
    public void Forget(ZProcess process)
    {
        lock (_gate)
        {
            if (_controls.TryGetValue(process.RecordId, out var control) && control.Process == process)
            {
                _controls.Remove(process.RecordId);
            }
        }

        process.Dispose();
    }

    /// <summary>Ends the following of records.</summary>
    public void Dispose() => _follower.Dispose();

    void IRecordObserver.OnUpdate(Update update)
    {
        var changed = new List<ShownChange>();
        lock (_gate)
        {
            foreach (var change in update.Changes)
            {
                if (change.After is { } value)
                {
                    Apply(change.Key, value, update.Revision, changed);
                }
                else if (Guid.TryParse(change.Key, out var id))
                {
                    Drop(id, update.Revision, changed);
                }
            }
        }

        Show(changed);
    }

    void IRecordObserver.OnBehind(Func<Snapshot> resume)
    {
        var changed = new List<ShownChange>();
        HashSet<Guid> gone;
        lock (_gate)
        {
            _restarts++;
            gone = [.. _controls.Keys];
            foreach (var control in _controls.Values)
            {
                control.Revision = 0; // a fail-over may have taken revisions back, and given their numbers to other changes
            }
        }

        var records = resume();
        lock (_gate)
        {
            foreach (var (key, entry) in records.Entries)
            {
                Apply(key, entry.Value, entry.Revision, changed);
                if (Guid.TryParse(key, out var id))
                {
                    gone.Remove(id);
                }
            }

            foreach (var id in gone)
            {
                Drop(id, records.Revision, changed);
            }
        }

        Show(changed);
    }

    void IRecordObserver.OnLost()
    {
        var changed = new List<ShownChange>();
        lock (_gate)
        {
            foreach (var control in _controls.Values.Where(control => !control.Record.Status.HasEnded))
            {
                control.Record = WithState(control.Record, ProcessState.Lost);
                changed.Add(new ShownChange(control, control.Record.Status.HasEnded));
            }
        }

        Show(changed);
    }

    private ZProcess[] Known(Func<RemoteControl, bool> isWanted)
    {
        RemoteControl[] wanted;
        lock (_gate)
        {
            wanted = [.. _controls.Values.Where(isWanted)];
        }

        var deadline = RemoteControl.NewShowDeadline(); // one for all
        return [.. wanted.Select(control => control.WaitUntilShown(deadline))]; // another thread may have applied the record, and not shown it yet
    }

    /// <summary>Reads records with no lock held, and applies them.</summary>
    private void Read(Func<IEnumerable<KeyValuePair<string, Entry>>> read, CancellationToken cancellation)
    {
        _follower.Start(cancellation);
        var changed = new List<ShownChange>();
        while (!TryRead(read, changed))
        {
            // The records were read as a whole meanwhile, and may have other revisions now.
        }

        Show(changed);
    }

    private bool TryRead(Func<IEnumerable<KeyValuePair<string, Entry>>> read, List<ShownChange> changed)
    {
        int restarts;
        bool isCurrent;
        lock (_gate)
        {
            restarts = _restarts;
            _reads++;
        }

        IEnumerable<KeyValuePair<string, Entry>> records = [];
        try
        {
            records = read();
        }
        finally
        {
            lock (_gate)
            {
                isCurrent = restarts == _restarts;
                if (isCurrent)
                {
                    foreach (var (key, entry) in records)
                    {
                        Apply(key, entry.Value, entry.Revision, changed);
                    }
                }

                if (--_reads == 0)
                {
                    _removed.Clear();
                }
            }
        }

        return isCurrent;
    }

    /// <summary>Drops a process whose record is gone. The caller holds the gate, and shows what has changed after that.</summary>
    /// <param name="id">The id of the record.</param>
    /// <param name="revision">A revision that has no such record.</param>
    /// <param name="changed">Gets the change.</param>
    private void Drop(Guid id, long revision, List<ShownChange> changed)
    {
        if (_reads > 0)
        {
            _removed[id] = revision;
        }

        if (_controls.TryGetValue(id, out var control) && control.Revision < revision && _controls.Remove(id))
        {
            NoteStopped(control, changed);
        }
    }

    /// <summary>Notes that a process has ended whose record tells nothing of it any more. The caller holds the gate, and shows what has changed after that.</summary>
    private static void NoteStopped(RemoteControl control, List<ShownChange> changed)
    {
        if (!control.Record.Status.HasEnded)
        {
            control.Record = WithState(control.Record, ProcessState.Stopped);
            changed.Add(new ShownChange(control, true));
        }
    }

    /// <summary>
    /// Applies a record. A record that is older than the known one changes nothing. The caller holds the gate, and shows what has
    /// changed after that.
    /// </summary>
    private void Apply(string key, EncodedValue value, long revision, List<ShownChange> changed)
    {
        if (ProcessRecord.TryDecode(key, value) is not { } record || record.Session == CurrentSource.SessionOf(_context))
        {
            return;
        }

        if (_removed.TryGetValue(record.Id, out var removal) && revision < removal)
        {
            return;
        }

        if (_controls.TryGetValue(record.Id, out var control))
        {
            if (revision <= control.Revision)
            {
                return; // the records were read as a whole before this change was followed
            }

            if (control.IsToldOfBy(record))
            {
                var ends = !control.Record.Status.HasEnded;
                control.Revision = revision;
                control.Record = record; // of one that has ended, too: another session may control it now, or none
                if (ends)
                {
                    changed.Add(new ShownChange(control, record.Status.HasEnded));
                }

                return;
            }

            NoteStopped(control, changed); // its end was not seen
        }

        control = new RemoteControl(_context, record) { Revision = revision };
        _controls[record.Id] = control;
        control.Process = new ZProcess(_context, record, control);
        changed.Add(new ShownChange(control, control.Record.Status.HasEnded));
    }

    private static ProcessRecord WithState(ProcessRecord record, ProcessState state) => record with { Status = record.Status with { State = state } };

    /// <summary>Shows the records that the processes have now. The caller does not hold the gate.</summary>
    private static void Show(List<ShownChange> changed) => changed.ForEach(static change => change.Show());
}
