namespace ZProc.Core.State;

/// <summary>Changes to one namespace that are committed as one update or not at all.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Source">The session or process that sends the request.</param>
/// <param name="Changes">The changes, in order.</param>
/// <param name="Turn">The id of the turn that the commit belongs to; 0 for a plain write, which waits while a turn is held.</param>
/// <param name="EndTurn">Whether the commit ends the turn. A commit that is refused does not.</param>
/// <param name="Force">Whether a value that is set to what it already is counts as changed.</param>
public sealed record CommitRequest(string Namespace, Source Source, IReadOnlyList<Change> Changes, long Turn = 0, bool EndTurn = false, bool Force = false);
