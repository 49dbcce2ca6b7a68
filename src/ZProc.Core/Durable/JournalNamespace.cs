namespace ZProc.Core.Durable;

/// <summary>What a journal knows of a namespace.</summary>
/// <param name="id">Its id in the database.</param>
/// <param name="oldest">The oldest revision in the database.</param>
/// <param name="bytes">The size of the updates in the database.</param>
internal sealed class JournalNamespace(long id, long oldest, long bytes)
{
    private const long TrimUpdates = 256;
    private const long TrimBytes = 1024 * 1024;

    /// <summary>Its id in the database.</summary>
    public long Id => id;

    /// <summary>The oldest revision in the database.</summary>
    public long Oldest { get; set; } = oldest;

    /// <summary>The size of the updates in the database.</summary>
    public long Bytes { get; set; } = bytes;

    /// <summary>Whether enough updates are beyond those that the store keeps, so that it pays to delete them.</summary>
    /// <param name="kept">The history that the store keeps.</param>
    /// <param name="added">The size of newer updates.</param>
    public bool IsTrimDue(KeptHistory kept, long added) =>
        kept.Oldest > Oldest && (kept.Oldest - Oldest >= TrimUpdates || Bytes - kept.Bytes - added > TrimBytes);
}
