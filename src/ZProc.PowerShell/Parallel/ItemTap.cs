using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ZProc.Parallel;

/// <summary>The output of a pipeline as a collection that passes each object on and keeps none. Cheaper than a <see cref="Workers.StreamTap"/>.</summary>
internal sealed class ItemTap : Collection<PSObject>
{
    private readonly Action<object?> _write;

    /// <summary>Makes a tap.</summary>
    /// <param name="write">Takes each object, on the pipeline's thread.</param>
    public ItemTap(Action<object?> write) => _write = write;

    /// <inheritdoc/>
    protected override void InsertItem(int index, PSObject item) => _write(item);
}
