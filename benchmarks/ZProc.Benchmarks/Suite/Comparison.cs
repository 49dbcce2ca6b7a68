namespace ZProc.Benchmarks.Suite;

/// <summary>An operation of ZProc, compared with its yardsticks.</summary>
/// <param name="What">The operation, as the table names it.</param>
/// <param name="Unit">The unit of all figures of the comparison: µs, ms or s.</param>
/// <param name="Series">The series of its figures.</param>
/// <param name="Budget">The budget; null where there is none.</param>
/// <param name="Yardsticks">The yardsticks, in the order of the table.</param>
internal sealed record Comparison(string What, string Unit, string Series, Budget? Budget, params IReadOnlyList<Yardstick> Yardsticks);
