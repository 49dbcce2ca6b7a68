namespace ZProc.Core.Tests.Model;

/// <summary>One way for a commit to end.</summary>
/// <param name="Refusal">Why it was refused; null when it was not.</param>
/// <param name="Results">What it did, in words: one line for each change.</param>
/// <param name="After">The namespace afterwards; null when nothing was changed.</param>
internal sealed record ModelOutcome(Fault? Refusal, IReadOnlyList<string> Results, SpaceState? After)
{
    public override string ToString() => Refusal is { } fault
        ? $"refused with {fault}"
        : $"{(After is null ? "unchanged" : $"changed to {After.Revision}")}: {string.Join(", ", Results)}";
}
