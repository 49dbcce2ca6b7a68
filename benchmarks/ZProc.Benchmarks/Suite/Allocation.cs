namespace ZProc.Benchmarks.Suite;

/// <summary>The managed memory of one operation, in bytes.</summary>
internal sealed record Allocation(string Operation, long Bytes);
