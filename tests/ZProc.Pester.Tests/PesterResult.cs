namespace ZProc.Pester.Tests;

/// <summary>One test of a Pester file, as tests/Pester/Run.ps1 reports it.</summary>
public sealed record PesterResult(string Name, string Result, double DurationMs, string? Message, string? File, int Line)
{
    public override string ToString() => Name;
}
