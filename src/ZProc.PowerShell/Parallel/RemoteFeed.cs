using System.Collections;
using System.Management.Automation;
using ZProc.Core.Client;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Workers;

namespace ZProc.Parallel;

/// <summary>
/// The items of a worker's OS process, as the parent sends them. The process reports each item before the item begins: should the
/// process die, the parent knows which item was in hand.
/// </summary>
internal sealed class RemoteFeed : IItemFeed
{
    private readonly object _gate = new();
    private readonly Queue<ItemFrames.Item> _items = new();
    private readonly ChildPipes _pipes;
    private readonly Action<OutputKind, object?> _write;
    private IClient? _client;
    private long _sequence;
    private bool _inHand;
    private bool _ended;

    /// <summary>Makes a feed without items.</summary>
    /// <param name="pipes">The pipes to the parent.</param>
    /// <param name="write">Writes what items write.</param>
    public RemoteFeed(ChildPipes pipes, Action<OutputKind, object?> write)
    {
        _pipes = pipes;
        _write = write;
    }

    /// <inheritdoc/>
    public object? Current { get; private set; }

    /// <inheritdoc/>
    public bool IsExhausted { get; private set; }

    /// <inheritdoc/>
    public long Begun { get; private set; }

    /// <summary>Sets the client, before the first item begins.</summary>
    /// <param name="client">The client whose state the items see: never older than what the parent had seen when it gave the item.</param>
    public void Open(IClient client) => _client = client;

    /// <summary>Adds the items of a frame. For the thread that reads from the parent.</summary>
    public void Add(ReadOnlyMemory<byte> payload)
    {
        lock (_gate)
        {
            _sequence = ItemFrames.ReadSequence(payload);
            foreach (var item in ItemFrames.ReadItems(payload))
            {
                _items.Enqueue(item);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Notes that there will be no more items.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public bool MoveNext()
    {
        while (TryTake(out var item))
        {
            Begun++;
            _inHand = true;
            _pipes.Send((byte)WorkerFrame.ItemBegun, ItemFrames.Sequence(_client!.ObservedSequence));
            if (TryDecode(item))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Write(object? value) => _write(OutputKind.Output, value);

    /// <inheritdoc/>
    public void Fail(ErrorRecord error) => _write(OutputKind.Failure, error);

    /// <inheritdoc/>
    public void Reset() => throw new NotSupportedException();

    /// <inheritdoc/>
    public IEnumerator GetEnumerator() => this;

    private bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _items.Count == 0;
            }
        }
    }

    private bool TryTake(out ItemFrames.Item item)
    {
        if (_inHand && IsEmpty)
        {
            // Without the gate: the pipe may be full, and the thread that reads from the parent needs the gate.
            _inHand = false;
            _pipes.Send((byte)WorkerFrame.ItemEnded, ItemFrames.Sequence(_client!.ObservedSequence));
        }

        lock (_gate)
        {
            while (_items.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            if (!_items.TryDequeue(out item))
            {
                IsExhausted = true;
                return false;
            }

            _client!.Observe(_sequence);
            return true;
        }
    }

    private bool TryDecode(ItemFrames.Item item)
    {
        try
        {
            if (!item.IsError)
            {
                Current = OutputCodec.DecodeObject(item.Bytes);
                return true;
            }

            Fail(ErrorCodec.Decode(item.Bytes));
        }
#pragma warning disable CA1031 // decoding an object runs code of its type, which may throw anything
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(ScriptEnd.Failed(e).Error!);
        }

        return false;
    }
}
