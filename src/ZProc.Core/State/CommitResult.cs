namespace ZProc.Core.State;

/// <summary>The outcome of a commit.</summary>
/// <param name="Changed">Whether there was an update; false when every value was the same before.</param>
/// <param name="Revision">The namespace's revision now.</param>
/// <param name="Sequence">The server's sequence now. A read at this sequence or a later one sees the commit.</param>
/// <param name="Results">One per change: the key with its value before and after. Both values are null where a value was set.</param>
public sealed record CommitResult(bool Changed, long Revision, long Sequence, IReadOnlyList<KeyChange> Results);
