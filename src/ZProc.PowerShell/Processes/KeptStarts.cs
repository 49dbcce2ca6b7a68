using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Processes;

/// <summary>
/// What the processes of a server with its state on disk were started with, kept in that state while they run, where their retry policy
/// allows another attempt. The next server on the state starts them again. Thread-safe.
/// </summary>
internal sealed class KeptStarts
{
    private const string LineageField = "lineage";
    private const string StartField = "start";
    private readonly object _gate = new();
    private readonly ZProcContext _context;
    private bool _hasEnded;

    /// <param name="context">The context of the server's own OS process.</param>
    public KeptStarts(ZProcContext context) => _context = context;

    /// <summary>Keeps the start of a process that begins to run.</summary>
    /// <param name="process">The id of its record.</param>
    /// <param name="start">What it is started with.</param>
    /// <returns>The revision of the start, for <see cref="Remove"/>; 0 where it is not kept.</returns>
    /// <exception cref="FaultException">ValueTooLarge; DiskFailed.</exception>
    public long Add(Guid process, ProcessStart start)
    {
        if (start.Retry.MaximumCount == 0 || !start.Retry.Covers(RetryPolicy.OwnNames))
        {
            return 0;
        }

        lock (_gate)
        {
            return _hasEnded ? 0 : Commit(new Change(ChangeKind.Set, ProcessRecord.KeyOf(process), PowerShellValues.Encode(new OrderedDictionary
            {
                [StartField] = ProcessStartCodec.ToFields(start),
                [LineageField] = _context.Processes.Lineage.Value,
            })));
        }
    }

    /// <summary>
    /// Drops the start of a process that has ended, or is being stopped for good. A process that ends because the server is interrupted goes
    /// on with the next one.
    /// </summary>
    /// <param name="process">The id of its record.</param>
    /// <param name="revision">The revision of the start: the record may be that of another process by now.</param>
    public void Remove(Guid process, long revision)
    {
        if (revision != 0 && _context.Server is StateServer { IsInterrupted: false })
        {
            TryCommit(new Change(ChangeKind.Remove, ProcessRecord.KeyOf(process), Precondition: new Precondition(PreconditionKind.RevisionIs, revision)));
        }
    }

    /// <summary>Drops all starts, and keeps none from now on: the server is stopped, and the next one begins with no process, even if this one is killed now.</summary>
    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
        }

        TryCommit(new Change(ChangeKind.Clear, ""));
    }

    /// <summary>The processes that an earlier server left. An entry that cannot be read is dropped, and its process is lost.</summary>
    public IReadOnlyList<KeptStart> FindLeft()
    {
        var found = new List<KeptStart>();
        foreach (var (key, entry) in _context.Client.GetSnapshot(KeyName.Starts).Entries)
        {
            try
            {
                var fields = Fields.Of(PowerShellValues.Decode(entry.Value));
                if (_context.Client.Get(KeyName.Processes, key) is { } entryOfRecord && ProcessRecord.Decode(key, entryOfRecord.Value) is { Status.IsResumable: true } record)
                {
                    found.Add(new KeptStart(
                        record,
                        ProcessStartCodec.FromFields(Fields.Of(fields.Get<OrderedDictionary>(StartField))),
                        entry.Revision,
                        Lineage.Parse(fields.Get<string>(LineageField))));
                    continue;
                }
            }
            catch (FaultException fault)
            {
                // Expected: another version of ZProc wrote the entry, or a user did.
                ZProcEventSource.Log.FaultCaught(nameof(KeptStarts), fault);
            }

            Commit(new Change(ChangeKind.Remove, key));
        }

        return found;
    }

    private void TryCommit(Change change)
    {
        try
        {
            Commit(change);
        }
        catch (FaultException fault)
        {
            // Expected: the start was dropped before, or the disk fails. What cannot be dropped now may be later.
            ZProcEventSource.Log.FaultCaught(nameof(KeptStarts), fault);
        }
    }

    private long Commit(Change change) => _context.Client.Commit(new CommitRequest(KeyName.Starts, _context.Self, [change], Force: true)).Revision;
}
