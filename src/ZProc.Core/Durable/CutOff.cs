namespace ZProc.Core.Durable;

/// <summary>The end of a folder's log that could not be read when the folder was opened.</summary>
/// <param name="Bytes">How many bytes were not read.</param>
/// <param name="Transactions">
/// How many transactions are at or behind a damaged place, as far as their ends are there. Zero after the end of a server in the middle of a
/// write: what it wrote then was not acknowledged. More mean that the disk damaged acknowledged updates; only the last transaction may be one
/// that was not acknowledged, because the machine failed in the middle of its write.
/// </param>
public sealed record CutOff(long Bytes, int Transactions);
