namespace ZProc.Benchmarks.Suite;

/// <summary>The managed memory that one operation takes, in bytes.</summary>
internal sealed record Allocation(string Operation, long Bytes);
