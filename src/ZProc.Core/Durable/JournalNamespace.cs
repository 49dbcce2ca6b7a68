namespace ZProc.Core.Durable;

/// <summary>What a journal knows of a namespace.</summary>
/// <param name="id">Its id in the database.</param>
/// <param name="oldest">The oldest revision in the database.</param>
internal sealed class JournalNamespace(long id, long oldest)
{
    private const long TrimUpdates = 256;
    private const long TrimBytes = 4L * 1024 * 1024;

    /// <summary>Its id in the database.</summary>
    public long Id => id;

    /// <summary>The oldest revision in the database.</summary>
    public long Oldest { get; set; } = oldest;

    /// <summary>The bytes of updates since some were deleted.</summary>
    public long Grown { get; set; }

    /// <summary>Whether enough updates are beyond those that the store keeps, so that it pays to delete them.</summary>
    public bool IsTrimDue(long kept) => kept > Oldest && (kept - Oldest >= TrimUpdates || Grown > TrimBytes);
}
