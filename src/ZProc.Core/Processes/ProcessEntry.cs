namespace ZProc.Core.Processes;

/// <summary>One process of the platform's list. Zombies are left out: they run nothing.</summary>
/// <remarks>A class, as a list of structures would have to be compiled in each worker that ends.</remarks>
/// <param name="Identity">The process.</param>
/// <param name="ParentId">The id of its parent now; that of init once the original parent has ended.</param>
/// <param name="SessionId">The id of its session, which outlives the session's leader.</param>
/// <param name="Command">Its command line with its environment, where the list has them.</param>
internal sealed record ProcessEntry(ProcessIdentity Identity, int ParentId, int SessionId, string? Command = null);
