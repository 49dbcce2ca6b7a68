namespace ZProc.Core.Engines.Redis;

/// <summary>A part of a namespace's log.</summary>
/// <param name="Revision">The newest revision.</param>
/// <param name="Sequence">The engine's sequence.</param>
/// <param name="Updates">The updates, oldest first; empty when there are no more.</param>
internal sealed record UpdatesPage(long Revision, long Sequence, IReadOnlyList<StampedUpdate> Updates);
