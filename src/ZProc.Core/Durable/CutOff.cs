namespace ZProc.Core.Durable;

/// <summary>The end of a folder's log that could not be read when the folder was opened.</summary>
/// <param name="Bytes">How many bytes were not read.</param>
/// <param name="Transactions">
/// How many whole transactions are behind a damaged place. Zero after the end of a server in the middle of a write: what it wrote
/// then was not acknowledged. More mean that the disk damaged acknowledged updates.
/// </param>
public sealed record CutOff(long Bytes, int Transactions);
