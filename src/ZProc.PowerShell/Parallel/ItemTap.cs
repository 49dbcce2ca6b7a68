using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ZProc.Parallel;

/// <summary>Hands each object on as it is written, and keeps none; cheaper than a <see cref="StreamTap"/>.</summary>
internal sealed class ItemTap : Collection<PSObject>
{
    private readonly Action<object?> _write;

    /// <summary>Makes one.</summary>
    public ItemTap(Action<object?> write) => _write = write;

    /// <inheritdoc/>
    protected override void InsertItem(int index, PSObject item) => _write(item);
}
