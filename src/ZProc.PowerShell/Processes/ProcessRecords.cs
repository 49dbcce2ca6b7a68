using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Processes;

/// <summary>The records of this session's processes in the state, where other sessions read them. Thread-safe.</summary>
internal sealed class ProcessRecords
{
    private readonly ZProcContext _context;
    private readonly RecordWriter _writer;
    private readonly object _gate = new(); // guards the two below
    private int _writes; // that are under way
    private bool _areAbandoned;

    public ProcessRecords(ZProcContext context)
    {
        _context = context;
        _writer = new RecordWriter(context);
    }

    /// <summary>Writes the record of a process. Once the records are abandoned, only the end of a process is written.</summary>
    public void Write(ZProcess process, ProcessStatus status)
    {
        ProcessRecord record;
        lock (_gate)
        {
            if (_areAbandoned && !status.HasEnded)
            {
                return;
            }

            record = RecordOf(process, status);
            _writes++;
        }

        try
        {
            _writer.Write([Set(record)]);
        }
        finally
        {
            lock (_gate)
            {
                _writes--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Removes a record.</summary>
    public void Remove(Guid id) => _writer.Write([new Change(ChangeKind.Remove, ProcessRecord.KeyOf(id))]);

    /// <summary>
    /// Notes in the records of processes that no session controls them any more. What becomes of those that still run is not known then. The
    /// note comes after the writes that are under way, and before all others, which wait for it.
    /// </summary>
    public void Abandon(IReadOnlyList<ZProcess> processes)
    {
        lock (_gate)
        {
            _areAbandoned = true;
            while (_writes > 0)
            {
                Monitor.Wait(_gate); // a write has a bound
            }

            _writer.Write([.. processes.Select(process => Set(RecordOf(process, process.Status is { HasEnded: false } status ? status.AsLost() : process.Status)))]);
        }
    }

    /// <inheritdoc cref="RecordWriter.WaitForLate"/>
    public void WaitForLate(TimeSpan bound) => _writer.WaitForLate(bound);

    private static Change Set(ProcessRecord record) => new(ChangeKind.Set, record.Key, record.Encode());

    /// <summary>The record of a process. The caller holds the gate.</summary>
    private ProcessRecord RecordOf(ZProcess process, ProcessStatus status) => new()
    {
        Id = process.RecordId,
        Name = process.Name,
        As = process.As.ToString(),
        Command = process.Command,
        Session = _areAbandoned ? Guid.Empty : CurrentSource.SessionOf(_context),
        Parent = process.Parent.Id,
        ParentName = process.Parent.Name,
        Status = status,
    };
}
