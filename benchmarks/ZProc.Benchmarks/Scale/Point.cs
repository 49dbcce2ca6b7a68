namespace ZProc.Benchmarks.Scale;

/// <summary>One figure of a curve.</summary>
/// <param name="N">How many there were.</param>
/// <param name="Value">What it cost, in the curve's unit.</param>
internal sealed record Point(double N, double Value);
