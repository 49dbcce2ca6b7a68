namespace ZProc.Benchmarks.Scale;

/// <summary>One figure of a curve.</summary>
/// <param name="N">The number of clients, keys and so on.</param>
/// <param name="Value">The cost, in the curve's unit.</param>
internal sealed record Point(double N, double Value);
