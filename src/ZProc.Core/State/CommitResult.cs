namespace ZProc.Core.State;

/// <summary>What a commit did.</summary>
/// <param name="Changed">Whether there was an update; false when every value was already so.</param>
/// <param name="Revision">The namespace's revision now.</param>
/// <param name="Sequence">The server's sequence now: reads that are at least this new see the commit.</param>
/// <param name="Results">One per change: the key concerned with its value before and after; nothing of it where a value was set.</param>
public sealed record CommitResult(bool Changed, long Revision, long Sequence, IReadOnlyList<KeyChange> Results);
