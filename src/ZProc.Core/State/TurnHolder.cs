namespace ZProc.Core.State;

/// <summary>Who has the turn of a namespace.</summary>
internal sealed record TurnHolder(long Id, Guid Client, Guid Source);
