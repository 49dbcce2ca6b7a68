using System.Collections.Specialized;
using System.Globalization;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Receives what a process of another session wrote: see <see cref="OutputSender"/>. It has no thread: whoever wants the
/// output calls <see cref="Pump"/> whenever it is told that something has come.
/// </summary>
internal sealed class OutputReceiver : IDisposable
{
    private readonly ZProcContext _context;
    private readonly OutputQueue? _own;
    private readonly string _namespace;
    private readonly Watch _watch;

    /// <summary>Asks for the output.</summary>
    /// <param name="context">Where.</param>
    /// <param name="session">Who has it.</param>
    /// <param name="process">The record of the process.</param>
    /// <param name="queue">Where it goes, unless it is left for others.</param>
    /// <param name="keep">Whether it is left for others. It then goes to a queue that ends with this: what nobody took comes again.</param>
    /// <param name="follow">Whether to go on until the process has ended.</param>
    /// <param name="arrived">Called when something has come; it must only signal.</param>
    /// <param name="cancellation">Gives up at once.</param>
    /// <exception cref="FaultException">As <see cref="ProcessRequests.Ask"/>.</exception>
    public OutputReceiver(ZProcContext context, Guid session, Guid process, OutputQueue queue, bool keep, bool follow, Action arrived, CancellationToken cancellation)
    {
        _context = context;
        _own = keep ? new OutputQueue() : null;
        Queue = _own ?? queue;
        _namespace = KeyName.OutputPrefixOf(context.Client.Id) + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _watch = context.Client.Watch(new WatchOptions { Namespace = _namespace, ExcludeSource = context.Self.Id }, cancellation);
        try
        {
            context.Client.Commit(
                new CommitRequest(_namespace, context.Self, [new Change(ChangeKind.Set, OutputSender.OpenKey, OutputSender.Open)]), cancellation: cancellation);
            ProcessRequests.Ask(context, session, RequestKind.Receive, process, new OrderedDictionary
            {
                ["namespace"] = _namespace,
                ["keep"] = keep,
                ["follow"] = follow,
            }, cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }

        _watch.OnAvailable(arrived);
    }

    /// <summary>What has come.</summary>
    public OutputQueue Queue { get; }

    /// <summary>Whether all has come that was asked for.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Takes what has come.</summary>
    /// <exception cref="FaultException">What the sender says, or why nothing more can come.</exception>
    public void Pump()
    {
        while (!IsComplete && _watch.TryRead(out var update))
        {
            foreach (var change in update.Changes)
            {
                if (change is not { After: { } value })
                {
                    continue;
                }

                if (change.Key == OutputSender.EndKey)
                {
                    IsComplete = true;
                    var end = Fields.Of(PowerShellValues.Decode(value));
                    if (end.Get<string>("message") is { } message)
                    {
                        throw new FaultException((Fault)end.Get<int>("fault"), message);
                    }

                    continue;
                }

                foreach (var item in OutputPacket.Unpack((byte[])PowerShellValues.Decode(value)!))
                {
                    Queue.Add(item);
                }

                _ = Commit(new Change(ChangeKind.Remove, change.Key));
            }
        }
    }

    /// <summary>Ends it: what has not come stays with the sender.</summary>
    public void Dispose()
    {
        IsComplete = true;
        _watch.Dispose();
        _own?.Dispose();
        _ = Commit(new Change(ChangeKind.RemoveNamespace, string.Empty));
    }

    private Task<CommitResult> Commit(Change change) => _context.Client.CommitAsync(new CommitRequest(_namespace, _context.Self, [change]));
}
