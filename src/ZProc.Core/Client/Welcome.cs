namespace ZProc.Core.Client;

/// <summary>What a server tells a client that has proven the secret.</summary>
/// <param name="Incarnation">Which start of the server this is.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="ProcessId">Its OS process.</param>
/// <param name="IsKnown">Whether it remembers this client, and so what its requests came to.</param>
/// <param name="Limits">The limits of its store.</param>
internal sealed record Welcome(Guid Incarnation, long Sequence, int ProcessId, bool IsKnown, State.StoreOptions Limits);
