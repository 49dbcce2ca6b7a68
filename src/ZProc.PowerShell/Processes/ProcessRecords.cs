using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;

namespace ZProc.Processes;

/// <summary>Writes the records of this session's processes into the state, where other sessions read them.</summary>
internal sealed class ProcessRecords
{
    private static readonly TimeSpan CommitBound = TimeSpan.FromSeconds(2);

    private readonly ZProcContext _context;

    public ProcessRecords(ZProcContext context) => _context = context;

    /// <summary>Writes the record of a process.</summary>
    public void Write(ZProcess process, ProcessStatus status) => Commit(Set(RecordOf(process, status)));

    /// <summary>Removes a record.</summary>
    public void Remove(Guid id) => Commit(new Change(ChangeKind.Remove, ProcessRecord.KeyOf(id)));

    /// <summary>Notes in the records of processes that no session controls them any more.</summary>
    public void Abandon(IReadOnlyList<ZProcess> processes) =>
        Commit([.. processes.Select(process => Set(RecordOf(process, process.Status) with { Session = Guid.Empty }))]);

    private static Change Set(ProcessRecord record) => new(ChangeKind.Set, record.Key, record.Encode());

    private ProcessRecord RecordOf(ZProcess process, ProcessStatus status) => new()
    {
        Id = process.RecordId,
        Name = process.Name,
        As = process.As.ToString(),
        Command = process.Command,
        Session = CurrentSource.SessionOf(_context),
        Parent = process.Parent.Id,
        ParentName = process.Parent.Name,
        Status = status,
    };

    private void Commit(params Change[] changes)
    {
        try
        {
            _context.Client.Commit(new CommitRequest(KeyName.Processes, _context.Self, changes), Deadline.After(CommitBound));
        }
        catch (FaultException fault) when (ServerFaults.MeansGone(fault) || fault.Fault is Fault.Timeout or Fault.ValueTooLarge)
        {
            // Expected: the server is gone or slow, or has no room for the record. None of this may keep a process from starting or ending.
            ZProcEventSource.Log.FaultCaught(nameof(ProcessRecords), fault);
        }
        catch (FaultException fault)
        {
            ServerFaults.Report(fault);
        }
    }
}
