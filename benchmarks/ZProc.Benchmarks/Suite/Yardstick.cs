namespace ZProc.Benchmarks.Suite;

/// <summary>A figure for comparison.</summary>
/// <param name="What">The name in the table.</param>
/// <param name="Series">The series of its figures.</param>
/// <param name="Share">The share of each that counts: a half for one way of a round trip.</param>
internal sealed record Yardstick(string What, string Series, double Share = 1);
