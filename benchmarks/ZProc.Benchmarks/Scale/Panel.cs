namespace ZProc.Benchmarks.Scale;

/// <summary>One small diagram.</summary>
/// <param name="Title">The title of the diagram.</param>
/// <param name="Vertical">The label of the vertical axis, whose ticks have the units.</param>
/// <param name="Series">The names of its curves, which share a unit.</param>
internal sealed record Panel(string Title, string Vertical, params IReadOnlyList<string> Series);
