using ZProc.Contexts;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Processes;

/// <summary>The records of this session's processes in the state, where other sessions read them.</summary>
internal sealed class ProcessRecords
{
    private readonly ZProcContext _context;
    private readonly RecordWriter _writer;
    private volatile bool _areAbandoned;

    public ProcessRecords(ZProcContext context)
    {
        _context = context;
        _writer = new RecordWriter(context);
    }

    /// <summary>Writes the record of a process.</summary>
    public void Write(ZProcess process, ProcessStatus status) => _writer.Write([Set(RecordOf(process, status))]);

    /// <summary>Removes a record.</summary>
    public void Remove(Guid id) => _writer.Write([new Change(ChangeKind.Remove, ProcessRecord.KeyOf(id))]);

    /// <summary>Notes in the records of processes that no session controls them any more. What becomes of those that still run is not known then.</summary>
    public void Abandon(IReadOnlyList<ZProcess> processes)
    {
        _areAbandoned = true;
        _writer.Write([.. processes.Select(process => Set(RecordOf(process, process.Status is { HasEnded: false } status ? status.AsLost() : process.Status)))]);
    }

    /// <inheritdoc cref="RecordWriter.WaitForLate"/>
    public void WaitForLate(TimeSpan bound) => _writer.WaitForLate(bound);

    private static Change Set(ProcessRecord record) => new(ChangeKind.Set, record.Key, record.Encode());

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
