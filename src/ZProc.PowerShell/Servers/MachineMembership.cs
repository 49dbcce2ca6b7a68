using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Requests;

namespace ZProc.Servers;

/// <summary>
/// The part that this machine takes in a context on an engine. Its record is there as long as the membership. Another session ends the
/// membership through the record; so does the end of the client.
/// </summary>
internal sealed class MachineMembership : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly ZProcContext _context;
    private readonly HostRecord _record;
    private readonly Action _end;
    private readonly Watch _watch;

    private MachineMembership(ZProcContext context, HostRecord record, Action end)
    {
        _context = context;
        _record = record;
        _end = end;
        _watch = context.Client.Watch(new WatchOptions { Namespace = KeyName.Server, Keys = new KeyFilter([record.Name]), ExcludeSource = context.Self.Id });
    }

    /// <summary>Makes this machine take part.</summary>
    /// <param name="context">The context, which listens to requests already.</param>
    /// <param name="name">The machine's name.</param>
    /// <param name="end">Called when the membership has to end. It must only signal.</param>
    /// <exception cref="FaultException">InvalidArgument: another machine has the name.</exception>
    public static MachineMembership Begin(ZProcContext context, string name, Action end)
    {
        var membership = new MachineMembership(context, BackgroundProcesses.RecordOf(context, name), end);
        try
        {
            membership.Write();
            membership._watch.OnAvailable(new OnDemandThread("ZProc machine", membership.Follow).Signal);
            return membership;
        }
        catch
        {
            membership._watch.Dispose();
            throw;
        }
    }

    /// <summary>Asks a machine to end its membership.</summary>
    public static void AskToEnd(IClient client, string name)
    {
        if (client.Get(KeyName.Server, name, fresh: true) is { } entry)
        {
            var source = new Source(client.Id, "Stop-ZProcServer", Environment.ProcessId);
            client.Commit(new CommitRequest(KeyName.Server, source, [
                new Change(ChangeKind.Set, name, (HostRecord.Decode(entry.Value) with { IsEnding = true }).Encode(), new Precondition(PreconditionKind.RevisionIs, entry.Revision)),
            ]), Deadline.After(Bound));
        }
    }

    /// <summary>Takes the machine out of the context.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        try
        {
            _context.Client.Commit(
                new CommitRequest(KeyName.Server, _context.Self, [new Change(ChangeKind.Remove, _record.Name)]), Deadline.After(Bound));
        }
        catch (FaultException fault)
        {
            // Expected: the engine is away. The others remove the record of a client that is gone.
            ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), fault);
        }
    }

    private void Follow()
    {
        try
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
                else if (HostRecord.Decode(value) is { IsEnding: true } record && record.Session == _record.Session)
                {
                    _end();
                }
            }
        }
        catch (FaultException fault)
        {
            ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), fault);
            _end();
        }
    }

    private void Write()
    {
        var precondition = Precondition.Absent;
        while (true)
        {
            try
            {
                _context.Client.Commit(new CommitRequest(KeyName.Server, _context.Self, [new Change(ChangeKind.Set, _record.Name, _record.Encode(), precondition)]));
                return;
            }
            catch (FaultException conflict) when (conflict.Fault == Fault.Conflict)
            {
                ZProcEventSource.Log.FaultCaught(nameof(MachineMembership), conflict);
                if (_context.Client.Get(KeyName.Server, _record.Name, fresh: true) is not { } entry)
                {
                    precondition = Precondition.Absent;
                    continue;
                }

                var other = HostRecord.Decode(entry.Value);
                if (!ProcessHosts.IsHere(other) || (other.ProcessId != Environment.ProcessId && ProcessIdentity.Of(other.ProcessId) is not null))
                {
                    throw new FaultException(
                        Fault.InvalidArgument,
                        $"A machine named '{_record.Name}' takes part in the context already: '{other.Machine}', process {other.ProcessId}. Stop it there with Stop-ZProcServer, or choose another name.",
                        _record.Name);
                }

                precondition = new Precondition(PreconditionKind.RevisionIs, entry.Revision); // of a process that was killed
            }
        }
    }
}
