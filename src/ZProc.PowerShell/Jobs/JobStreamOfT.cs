using System.Management.Automation;
using ZProc.Core.Diagnostics;
using ZProc.Output;

namespace ZProc.Jobs;

/// <inheritdoc/>
internal sealed class JobStream<T> : JobStream
{
    private readonly PSDataCollection<T> _collection;
    private readonly Func<OutputItem, T> _open;
    private readonly Queue<(long Number, OutputItem Item)> _items = new(); // received items are removed from the front with the next call

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
        RemoveReceived(_collection.Count);
        _items.Enqueue((number, item));
        Guarded(() => _collection.Add(_open(item)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(long Number, OutputItem Item)> TakeAll()
    {
        RemoveReceived(_collection.ReadAll().Count);
        return _items.ToArray();
    }

    /// <inheritdoc/>
    public override void Complete() => Guarded(_collection.Complete);

    /// <summary>Changes the collection, which then calls handlers of the user. Their exceptions are not ours to die of.</summary>
    private static void Guarded(Action change)
    {
        try
        {
            change();
        }
#pragma warning disable CA1031 // a handler may throw anything
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ZProcEventSource.Log.FaultCaught(nameof(JobStream), exception);
        }
    }

    /// <summary>Removes the items that PowerShell has read from the collection.</summary>
    /// <param name="left">The number of items that are left in the collection.</param>
    private void RemoveReceived(int left)
    {
        while (_items.Count > left)
        {
            _items.Dequeue();
        }
    }
}
