using ZProc.Output;

namespace ZProc.Jobs;

/// <summary>One stream of a process as a job: the common face of <see cref="JobStream{T}"/>.</summary>
internal abstract class JobStream
{
    /// <summary>The number of items that have not been received.</summary>
    public abstract int Count { get; }

    /// <summary>Adds an item.</summary>
    /// <param name="number">The place of the item in the order of all streams.</param>
    /// <param name="item">The item.</param>
    public abstract void Add(long number, OutputItem item);

    /// <summary>Removes and returns the items that have not been received.</summary>
    public abstract IReadOnlyList<(long Number, OutputItem Item)> TakeAll();

    /// <summary>Ends the adding of items.</summary>
    public abstract void Complete();
}
