using ZProc.Core.State;

namespace ZProc.Core.Wire;

/// <summary>The server's last message of the handshake, which begins the stream.</summary>
/// <param name="Sequence">The server's sequence.</param>
/// <param name="Incarnation">The id of this start of the server.</param>
/// <param name="ProcessId">The server's OS process id.</param>
/// <param name="IsKnown">Whether the server remembers this client, and so the outcomes of its requests.</param>
/// <param name="IsDurable">Whether the state outlives the server, so that the client waits for the next one.</param>
/// <param name="Limits">The limits of the server's store.</param>
internal sealed record Welcome(long Sequence, Guid Incarnation, int ProcessId, bool IsKnown, bool IsDurable, StoreOptions Limits);
