namespace ZProc.Core.State;

/// <summary>The holder of a turn.</summary>
/// <param name="Id">The turn's id.</param>
/// <param name="Client">The client that asked for the turn.</param>
/// <param name="Source">The session or process that asked for the turn.</param>
internal sealed record TurnHolder(long Id, Guid Client, Guid Source);
