namespace ZProc.Benchmarks.Suite;

/// <summary>One thing that ZProc does, held against its yardsticks.</summary>
/// <param name="What">What is done.</param>
/// <param name="Unit">The unit of its figures and of those of its yardsticks: µs, ms or s.</param>
/// <param name="Series">Where its figures are.</param>
/// <param name="Budget">What it may cost; null where there is no promise.</param>
/// <param name="Yardsticks">What it is held against, in the order in which they are shown.</param>
internal sealed record Comparison(string What, string Unit, string Series, Budget? Budget, params IReadOnlyList<Yardstick> Yardsticks);
