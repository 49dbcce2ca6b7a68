namespace ZProc.Core.Tests.Model;

/// <summary>One way for a commit to end.</summary>
/// <param name="Refusal">The reason of a refusal; null for a commit that was made.</param>
/// <param name="Results">The results as text: one line for each change.</param>
/// <param name="After">The namespace afterwards; null when nothing was changed.</param>
internal sealed record ModelOutcome(Fault? Refusal, IReadOnlyList<string> Results, SpaceState? After)
{
    public override string ToString() => Refusal is { } fault
        ? $"refused with {fault}"
        : $"{(After is null ? "unchanged" : $"changed to {After.Revision}")}: {string.Join(", ", Results)}";
}
