namespace ZProc.Core.State;

/// <summary>A turn that was granted. <see cref="TurnQueue"/> grants it.</summary>
/// <param name="Turn">The turn's id, unique in the server.</param>
/// <param name="Revision">The namespace's revision at that moment. Only the holder can change it until the turn ends.</param>
/// <param name="Sequence">The server's sequence at that moment.</param>
public sealed record TurnGrant(long Turn, long Revision, long Sequence);
