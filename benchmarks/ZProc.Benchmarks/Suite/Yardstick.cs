namespace ZProc.Benchmarks.Suite;

/// <summary>What a figure is held against.</summary>
/// <param name="What">What people call it.</param>
/// <param name="Series">Where its figures are.</param>
/// <param name="Share">The share of each that counts: a half for one way of a round trip.</param>
internal sealed record Yardstick(string What, string Series, double Share = 1);
