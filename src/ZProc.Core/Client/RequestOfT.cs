using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>A request whose answer is a <typeparamref name="T"/>.</summary>
internal sealed class Request<T> : Request
{
    private readonly TaskCompletionSource<T> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Reader _read;
    private readonly Action<FaultException>? _failed;
    private List<Waiter>? _waiters;

    /// <param name="operation">What it asks for.</param>
    /// <param name="body">Writes what belongs to it.</param>
    /// <param name="read">Reads the answer, in the order of the stream.</param>
    /// <param name="failed">Told when it failed, in the order of the stream.</param>
    public Request(Operation operation, Message.Body? body, Reader read, Action<FaultException>? failed = null)
        : base(operation, body)
    {
        _read = read;
        _failed = failed;
    }

    public delegate T Reader(ref MessagePackReader body);

    public Task<T> Reply => _reply.Task;

    /// <summary>Signals somebody as soon as the answer is there.</summary>
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
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            Fail(exception as FaultException ?? Message.Malformed("the answer has the wrong parts"));
        }
    }

    public override void Fail(FaultException fault)
    {
        _failed?.Invoke(fault);
        _reply.TrySetException(fault);
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
