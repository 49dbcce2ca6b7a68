namespace ZProc.StatePeer;

/// <summary>A turn to take.</summary>
/// <param name="Space">Which of the namespaces.</param>
/// <param name="Inside">What to do in it, in this namespace or in others.</param>
/// <param name="EndsWithCommit">Whether the last commit gives it back; otherwise it is released.</param>
/// <param name="TriesAgain">Whether to try another commit in it after it has ended.</param>
internal sealed record TurnStep(int Space, IReadOnlyList<Step> Inside, bool EndsWithCommit, bool TriesAgain) : Step(Space)
{
    public override string ToString() =>
        $"turn in {Space}{(EndsWithCommit ? ", ended by its commit" : "")}{(TriesAgain ? ", used again" : "")} {{ {string.Join("; ", Inside)} }}";
}
