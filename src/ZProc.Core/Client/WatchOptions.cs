using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>The options of a <see cref="Watch"/>.</summary>
public sealed record WatchOptions
{
    /// <summary>The namespace to watch.</summary>
    public required string Namespace { get; init; }

    /// <summary>The chosen keys. An update matches if it changed at least one of them.</summary>
    public KeyFilter Keys { get; init; } = KeyFilter.All;

    /// <summary>The last revision already known; the watch begins after it. Null: the watch begins after the newest revision.</summary>
    public long? SinceRevision { get; init; }

    /// <summary>Whether a reader gets only the newest update, and older unread ones are skipped.</summary>
    public bool Live { get; init; }

    /// <summary>The source whose updates do not match; null for none.</summary>
    public Guid? ExcludeSource { get; init; }

    /// <summary>Is told how much of a large namespace has arrived, where the watch begins with that; null for none.</summary>
    public ITransferObserver? Observer { get; init; }
}
