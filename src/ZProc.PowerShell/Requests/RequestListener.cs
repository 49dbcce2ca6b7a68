using System.Collections.Specialized;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Errors;
using ZProc.Processes;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Carries out the requests of other sessions about the processes that this session controls, on a thread of its own, from
/// its creation to its disposal.
/// </summary>
internal sealed class RequestListener : IDisposable
{
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(5);

    private readonly ZProcContext _context;
    private readonly ProcessTable _table;
    private readonly OnDemandThread _thread;
    private readonly object _gate = new(); // guards the two below
    private Watch _watch;
    private bool _isDisposed;

    public RequestListener(ZProcContext context, ProcessTable table)
    {
        _context = context;
        _table = table;
        _thread = new OnDemandThread("ZProc requests", Answer);
        _watch = Open();
        _watch.OnAvailable(_thread.Signal);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watch.Dispose();
        }
    }

    private Watch Open() => _context.Client.Watch(new WatchOptions
    {
        Namespace = KeyName.Requests,
        Keys = ProcessRequests.FilterFor(CurrentSource.SessionOf(_context)),
        ExcludeSource = _context.Self.Id,
    });

    private void Answer()
    {
        try
        {
            try
            {
                AnswerAll();
            }
            catch (FaultException fault) when (ServerFaults.MeansBehind(fault))
            {
                // Expected: there were more requests than are kept. Sessions whose requests are lost get no answer, and report that.
                ZProcEventSource.Log.FaultCaught(nameof(RequestListener), fault);
                Reopen();
            }
        }
        catch (FaultException fault) when (ServerFaults.MeansGone(fault))
        {
            // Expected: the context ends, and no more requests come.
            ZProcEventSource.Log.FaultCaught(nameof(RequestListener), fault);
        }
        catch (FaultException fault)
        {
            ServerFaults.Report(fault);
        }
    }

    /// <summary>Opens a watch in the place of one that fell behind.</summary>
    private void Reopen()
    {
        var watch = Open();
        watch.OnAvailable(_thread.Signal);
        lock (_gate)
        {
            if (!_isDisposed)
            {
                (_watch, watch) = (watch, _watch);
            }
        }

        watch.Dispose();
    }

    private void AnswerAll()
    {
        while (_watch.TryRead(out var update))
        {
            foreach (var change in update.Changes)
            {
                // A session that has given up has removed its request. The server knows before this session's replica does.
                if (change.After is { } request && _context.Client.Get(KeyName.Requests, change.Key, fresh: true)?.Revision == update.Revision)
                {
                    Reply(change.Key, update.Revision, ResultOf(() => CarryOut(Fields.Of(PowerShellValues.Decode(request)))));
                }
            }
        }
    }

    private OrderedDictionary CarryOut(Fields request)
    {
        var kind = (RequestKind)request.Get<int>("kind");
        if (kind == RequestKind.Start)
        {
            var parent = new Source(request.Get<Guid>("parent"), request.Get<string>("parentName")!, request.Get<int>("parentProcessId"));
            var start = InFolder(ProcessStartCodec.FromFields(Fields.Of(request.Get<OrderedDictionary>("start"))), request.Get<bool>("hasFolder"));
            return new OrderedDictionary { ["process"] = _table.Start(start, parent).RecordId };
        }

        var id = request.Get<Guid>("process");
        var process = _table.All.FirstOrDefault(process => process.RecordId == id)
            ?? throw new FaultException(Fault.InvalidArgument, "The process has been removed by the session that controlled it.", ProcessRecord.KeyOf(id));
        if (request.Get<DateTime?>("started") is { } started && process.Status.Started != started)
        {
            // Another process goes on with the record: the one that was meant has ended, and this session does not have it any more.
            return kind is RequestKind.Stop or RequestKind.Remove ? [] : throw new FaultException(
                Fault.InvalidArgument, $"The process '{process.Name}' has been run anew. Get-ZProcess -All lists the new one.", process.Name);
        }

        if (process.Status.HasEnded)
        {
            process.Ended.Wait(EndBound); // others may see the end a moment before
        }

        switch (kind)
        {
            case RequestKind.Stop:
                process.BeginStop(request.Get<TimeSpan>("grace"));
                break;
            case RequestKind.Restart:
                process.Restart();
                break;
            case RequestKind.Remove when !process.HasExited:
                throw ProcessFaults.StillRuns(process.Name);
            case RequestKind.Remove:
                process.Remove();
                break;
            case RequestKind.Receive:
                OutputSender.Start(_context, process, request.Get<string>("namespace")!, request.Get<bool>("keep"), request.Get<bool>("follow"));
                break;
            default:
                throw Fields.Malformed("the kind of a request is unknown");
        }

        return [];
    }

    /// <summary>A start in a folder of this machine. The current folder of a session elsewhere may not exist here; one that its user chose has to.</summary>
    private static ProcessStart InFolder(ProcessStart start, bool hasFolder) =>
        start.WorkingDirectory is null || Directory.Exists(start.WorkingDirectory) ? start
        : hasFolder ? throw new FaultException(Fault.InvalidArgument, $"There is no folder '{start.WorkingDirectory}' on '{Environment.MachineName}'. Give one that exists there as -WorkingDirectory.", start.WorkingDirectory)
        : start with { WorkingDirectory = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) };

    private static OrderedDictionary ResultOf(Func<OrderedDictionary> work)
    {
        try
        {
            return work();
        }
#pragma warning disable CA1031 // the session that asked is told of any exception
        catch (Exception e)
#pragma warning restore CA1031
        {
            var fault = e as FaultException;
            return new OrderedDictionary { ["fault"] = (int)(fault?.Fault ?? Fault.ProcessFailed), ["message"] = e.Message, ["target"] = fault?.Target?.ToString() };
        }
    }

    /// <summary>Answers, unless the request has been removed: an answer to it would stay for ever.</summary>
    private void Reply(string key, long revision, OrderedDictionary answer) => _ = _context.Client.CommitAsync(new CommitRequest(KeyName.Requests, _context.Self, [
        new Change(ChangeKind.Set, key, PowerShellValues.Encode(answer), new Precondition(PreconditionKind.RevisionIs, revision)),
    ]));
}
