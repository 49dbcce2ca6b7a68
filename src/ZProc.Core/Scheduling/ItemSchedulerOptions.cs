namespace ZProc.Core.Scheduling;

/// <summary>How an <see cref="ItemScheduler"/> hands items out.</summary>
public sealed record ItemSchedulerOptions
{
    /// <summary>How many workers there may be.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>How many items a batch has; null to go by what items cost.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Whether results are passed on in the order of the input.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether the command's thread wakes for each batch that ends, and not only for results to pass on.</summary>
    public bool WakesForEachBatch { get; init; }

    /// <summary>Whether the first error of an item is the end.</summary>
    public bool StopsOnError { get; init; }
}
