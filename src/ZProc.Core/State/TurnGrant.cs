namespace ZProc.Core.State;

/// <summary>A turn that was given.</summary>
/// <param name="Turn">Its id, unique in the server.</param>
/// <param name="Revision">The namespace's revision when it was given: nobody else moves it until it ends.</param>
/// <param name="Sequence">The server's sequence then.</param>
public sealed record TurnGrant(long Turn, long Revision, long Sequence);
