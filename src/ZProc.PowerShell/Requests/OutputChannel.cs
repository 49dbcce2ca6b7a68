using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Values;

namespace ZProc.Requests;

/// <summary>The sender's end of a receiver's namespace: see <see cref="OutputProtocol"/>.</summary>
internal sealed class OutputChannel : IDisposable
{
    private readonly ZProcContext _context;
    private readonly string _namespace;
    private readonly Action _changed;
    private readonly Watch _watch;
    private volatile bool _isReceiverGone;
    private volatile FaultException? _refusal;

    /// <param name="context">The context.</param>
    /// <param name="ns">The receiver's namespace.</param>
    /// <param name="changed">Called when there is something to look at; must only signal.</param>
    public OutputChannel(ZProcContext context, string ns, Action changed)
    {
        _context = context;
        _namespace = ns;
        _changed = changed;
        _watch = context.Client.Watch(new WatchOptions { Namespace = ns, ExcludeSource = context.Self.Id });
        _watch.OnAvailable(changed);
    }

    /// <summary>Whether the receiver exists, as the state shows.</summary>
    public bool HasReceiver => _context.Client.Get(_namespace, OutputProtocol.OpenKey) is not null;

    /// <summary>Whether something could not be sent because the receiver is gone.</summary>
    public bool IsReceiverGone => _isReceiverGone;

    /// <summary>Why the server refused something that was sent; null while it has refused nothing.</summary>
    public FaultException? Refusal => _refusal;

    /// <summary>Tells which packets the receiver has got since the last call.</summary>
    /// <returns>Whether the namespace still exists; without it nothing more can be sent.</returns>
    public bool TakeReceipts(Action<string> received)
    {
        while (_watch.TryRead(out var update))
        {
            if (update.RemovesNamespace)
            {
                return false;
            }

            foreach (var change in update.Changes)
            {
                received(change.Key);
            }
        }

        return true;
    }

    /// <summary>Sends a value without waiting. The condition keeps a namespace that the receiver has removed from being made again.</summary>
    public void Send(string key, object value) => _context.Client.CommitAsync(new CommitRequest(_namespace, _context.Self, [
        new Change(ChangeKind.Set, OutputProtocol.OpenKey, OutputProtocol.Open, new Precondition(PreconditionKind.ValueIs, Value: OutputProtocol.Open)),
        new Change(ChangeKind.Set, key, PowerShellValues.Encode(value)),
    ])).ContinueWith(NoteFailure, CancellationToken.None, TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    private void NoteFailure(Task commit)
    {
        if (commit.Exception?.InnerException is FaultException { Fault: not Fault.Conflict } refused)
        {
            _refusal ??= refused;
        }
        else
        {
            _isReceiverGone = true;
        }

        _changed();
    }
}
