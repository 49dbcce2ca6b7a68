namespace ZProc.Core.State;

/// <summary>The limits of a store.</summary>
public sealed record StoreOptions
{
    /// <summary>How many updates each namespace keeps at most. Default 10,000.</summary>
    public int MaximumUpdates { get; init; } = 10_000;

    /// <summary>How many bytes of updates each namespace keeps at most. Default 64 MiB.</summary>
    public long MaximumUpdateBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How many updates are kept whatever their size. Default 1,000.</summary>
    public int MinimumUpdates { get; init; } = 1_000;

    /// <summary>The largest value, encoded, in bytes. Default 64 MiB.</summary>
    public int MaximumValueBytes { get; init; } = 64 * 1024 * 1024;
}
