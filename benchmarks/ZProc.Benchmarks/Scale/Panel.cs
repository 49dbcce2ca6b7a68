namespace ZProc.Benchmarks.Scale;

/// <summary>One small diagram.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Vertical">What the vertical axis shows; its ticks have the units.</param>
/// <param name="Series">The names of its curves, which share a unit.</param>
internal sealed record Panel(string Title, string Vertical, params IReadOnlyList<string> Series);
