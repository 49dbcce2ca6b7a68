namespace ZProc.Core.State;

/// <summary>One commit to one namespace.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Revision">Its revision after this commit; each commit adds one.</param>
/// <param name="Sequence">The server-wide order of this commit.</param>
/// <param name="Timestamp">When the server committed it, in UTC.</param>
/// <param name="Source">Who made it.</param>
/// <param name="Changes">The keys it changed, ordinally ordered, each once.</param>
public sealed record Update(
    string Namespace, long Revision, long Sequence, DateTime Timestamp, Source Source, IReadOnlyList<KeyChange> Changes)
{
    /// <summary>Whether the namespace was removed with it.</summary>
    public bool RemovesNamespace { get; init; }

    /// <summary>A rough size in bytes, for the bound on what is kept.</summary>
    public long Size { get; } = SizeOf(Changes);

    /// <summary>What it did to a key; null when nothing.</summary>
    public KeyChange? Find(string key)
    {
        var (low, high) = (0, Changes.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (string.CompareOrdinal(Changes[middle].Key, key))
            {
                case 0:
                    return Changes[middle];
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    private static long SizeOf(IReadOnlyList<KeyChange> changes)
    {
        var size = 96L;
        foreach (var change in changes)
        {
            size += 48 + (2 * change.Key.Length) + (change.Before?.Length ?? 0) + (change.After?.Length ?? 0);
        }

        return size;
    }
}
