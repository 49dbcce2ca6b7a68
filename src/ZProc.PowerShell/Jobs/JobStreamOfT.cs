using System.Management.Automation;
using ZProc.Output;

namespace ZProc.Jobs;

/// <inheritdoc/>
internal sealed class JobStream<T> : JobStream
{
    private readonly PSDataCollection<T> _collection;
    private readonly Func<OutputItem, T> _open;
    private readonly Queue<(long Number, OutputItem Item)> _items = new(); // what was received is taken from its front, later

    public JobStream(PSDataCollection<T> collection, Func<OutputItem, T> open)
    {
        _collection = collection;
        _open = open;
    }

    /// <inheritdoc/>
    public override int Count => _collection.Count;

    /// <inheritdoc/>
    public override void Add(long number, OutputItem item)
    {
        Forget(_collection.Count);
        _items.Enqueue((number, item));
        _collection.Add(_open(item));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(long Number, OutputItem Item)> TakeAll()
    {
        Forget(_collection.ReadAll().Count);
        return _items.ToArray();
    }

    /// <inheritdoc/>
    public override void Complete() => _collection.Complete();

    /// <summary>Forgets what somebody has received.</summary>
    private void Forget(int left)
    {
        while (_items.Count > left)
        {
            _items.Dequeue();
        }
    }
}
