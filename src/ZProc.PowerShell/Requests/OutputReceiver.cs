using System.Collections.Specialized;
using System.Globalization;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Output;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>
/// Receives the output of a process of another session: see <see cref="OutputProtocol"/>. The receiver has no thread: the
/// command that wants the output calls <see cref="Pump"/> after each signal.
/// </summary>
internal sealed class OutputReceiver : IDisposable
{
    private readonly ZProcContext _context;
    private readonly OutputQueue? _own;
    private readonly string _namespace;
    private readonly Watch _watch;

    /// <summary>Asks for the output.</summary>
    /// <param name="context">The context.</param>
    /// <param name="process">The process.</param>
    /// <param name="queue">Takes the output, unless <paramref name="keep"/> is set.</param>
    /// <param name="keep">Whether the output stays for other receivers. A queue of the receiver then takes the output, and ends with the receiver.</param>
    /// <param name="follow">Whether to go on until the process has ended.</param>
    /// <param name="arrived">Called when output has arrived; must only signal.</param>
    /// <param name="cancellation">Ends the request at once.</param>
    /// <exception cref="FaultException">As <see cref="ProcessRequests.Ask"/>.</exception>
    public OutputReceiver(ZProcContext context, ProcessRecord process, OutputQueue queue, bool keep, bool follow, Action arrived, CancellationToken cancellation)
    {
        _context = context;
        _own = keep ? new OutputQueue() : null;
        Queue = _own ?? queue;
        _namespace = KeyName.OutputPrefixOf(context.Client.Id) + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _watch = context.Client.Watch(new WatchOptions { Namespace = _namespace, ExcludeSource = context.Self.Id }, cancellation);
        try
        {
            context.Client.Commit(
                new CommitRequest(_namespace, context.Self, [new Change(ChangeKind.Set, OutputProtocol.OpenKey, OutputProtocol.Open)]), cancellation: cancellation);
            ProcessRequests.Ask(context, process, RequestKind.Receive, new OrderedDictionary
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

    /// <summary>The output that has arrived.</summary>
    public OutputQueue Queue { get; }

    /// <summary>Whether all output has arrived that was asked for.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Moves the output that has arrived to <see cref="Queue"/>.</summary>
    /// <exception cref="FaultException">The fault that the sender reports, or the reason why no more output can arrive.</exception>
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

                if (change.Key == OutputProtocol.EndKey)
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

    /// <summary>Ends the receiving. Output that has not arrived stays with the sender.</summary>
    public void Dispose()
    {
        IsComplete = true;
        _watch.Dispose();
        _own?.Dispose();
        _ = Commit(new Change(ChangeKind.RemoveNamespace, string.Empty));
    }

    private Task<CommitResult> Commit(Change change) => _context.Client.CommitAsync(new CommitRequest(_namespace, _context.Self, [change]));
}
