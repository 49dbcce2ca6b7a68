using ZProc.Output;

namespace ZProc.Jobs;

/// <summary>One stream of a process as a job, whatever it holds.</summary>
internal abstract class JobStream
{
    /// <summary>How much nobody has received.</summary>
    public abstract int Count { get; }

    /// <summary>Adds something.</summary>
    /// <param name="number">Its place among all streams.</param>
    /// <param name="item">What was written.</param>
    public abstract void Add(long number, OutputItem item);

    /// <summary>Takes what nobody has received.</summary>
    public abstract IReadOnlyList<(long Number, OutputItem Item)> TakeAll();

    /// <summary>Nothing more will come.</summary>
    public abstract void Complete();
}
