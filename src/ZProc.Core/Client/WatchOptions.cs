using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>What a <see cref="Watch"/> sees.</summary>
public sealed record WatchOptions
{
    /// <summary>The namespace watched.</summary>
    public required string Namespace { get; init; }

    /// <summary>Which keys count; an update is seen if it changed at least one of them.</summary>
    public KeyFilter Keys { get; init; } = KeyFilter.All;

    /// <summary>The last revision already known: the first update seen is the next one. Null: what is committed from now on.</summary>
    public long? SinceRevision { get; init; }

    /// <summary>Only the newest update is seen; what came while nobody looked is skipped.</summary>
    public bool Live { get; init; }

    /// <summary>Updates made by this source are not seen.</summary>
    public Guid? ExcludeSource { get; init; }
}
