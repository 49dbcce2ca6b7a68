namespace ZProc.Core.State;

/// <summary>Changes to one namespace that are committed as one update or not at all.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Source">Who asks.</param>
/// <param name="Changes">What to do, in order.</param>
/// <param name="Turn">The turn it belongs to; 0 for a plain write, which waits while somebody else holds the turn.</param>
/// <param name="EndTurn">Gives the turn back with the commit, in the same trip; a commit that is refused keeps it.</param>
/// <param name="Force">Makes an update even where a value is set to what it already is.</param>
public sealed record CommitRequest(string Namespace, Source Source, IReadOnlyList<Change> Changes, long Turn = 0, bool EndTurn = false, bool Force = false);
