namespace ZProc.Core.State;

/// <summary>One commit to one namespace.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Revision">The namespace's revision after this commit; each commit adds one.</param>
/// <param name="Sequence">The number of this commit over the whole state.</param>
/// <param name="Timestamp">When the server committed it, in UTC.</param>
/// <param name="Source">The session or process that made it.</param>
/// <param name="Changes">The changed keys, ordinally ordered, each once.</param>
public sealed record Update(
    string Namespace, long Revision, long Sequence, DateTime Timestamp, Source Source, IReadOnlyList<KeyChange> Changes)
{
    /// <summary>Whether this commit removed the namespace.</summary>
    public bool RemovesNamespace { get; init; }

    /// <summary>A rough size in bytes, by which the log bounds itself.</summary>
    public long Size { get; } = SizeOf(Changes);

    /// <summary>The change of a key; null when the commit did not change it.</summary>
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
