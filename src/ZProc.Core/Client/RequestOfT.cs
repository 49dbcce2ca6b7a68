using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>A request whose result is a <typeparamref name="T"/>.</summary>
internal sealed class Request<T> : Request
{
    private readonly TaskCompletionSource<T> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Reader _read;
    private readonly Action<FaultException>? _failed;
    private List<Waiter>? _waiters;

    /// <param name="operation">The operation it asks for.</param>
    /// <param name="body">Writes the operation's arguments.</param>
    /// <param name="read">Reads the result, in the order of the stream.</param>
    /// <param name="failed">Called when the request failed, in the order of the stream.</param>
    public Request(Operation operation, Message.Body? body, Reader read, Action<FaultException>? failed = null)
        : base(operation, body)
    {
        _read = read;
        _failed = failed;
    }

    /// <summary>Reads the result from a reply.</summary>
    public delegate T Reader(ref MessagePackReader body);

    /// <summary>The result to come. It always comes: a lost server fails it, and one that is given up is cancelled.</summary>
    public Task<T> Reply => _reply.Task;

    /// <summary>Signals a waiter as soon as the reply has come.</summary>
    public void Attach(Waiter waiter)
    {
        lock (_reply)
        {
            if (!Reply.IsCompleted)
            {
                (_waiters ??= []).Add(waiter);
                return;
            }
        }

        waiter.Signal();
    }

    public override void Complete(ref MessagePackReader body)
    {
        try
        {
            _reply.TrySetResult(_read(ref body));
            SignalWaiters();
        }
#pragma warning disable CA1031 // a reply that cannot be read is the error of its request, whose caller must not wait for ever
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception as FaultException ?? Message.Malformed("the reply has the wrong fields"));
        }
    }

    public override void Fail(FaultException fault)
    {
        _failed?.Invoke(fault);
        _reply.TrySetException(fault);
        SignalWaiters();
    }

    /// <summary>Ends the waits for a request that was dropped: it has no reply.</summary>
    public void GiveUp()
    {
        _reply.TrySetCanceled();
        SignalWaiters();
    }

    private void SignalWaiters()
    {
        lock (_reply)
        {
            if (_waiters is not null)
            {
                foreach (var waiter in _waiters)
                {
                    waiter.Signal();
                }

                _waiters = null;
            }
        }
    }
}
