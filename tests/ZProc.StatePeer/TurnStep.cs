namespace ZProc.StatePeer;

/// <summary>A turn to take.</summary>
/// <param name="Space">Which of the namespaces.</param>
/// <param name="Inside">The steps inside the turn, in this namespace or in others.</param>
/// <param name="EndsWithCommit">Whether the last commit ends the turn; otherwise the turn is released.</param>
/// <param name="TriesAgain">Whether to try another commit in the turn after its end.</param>
internal sealed record TurnStep(int Space, IReadOnlyList<Step> Inside, bool EndsWithCommit, bool TriesAgain) : Step(Space)
{
    public override string ToString() =>
        $"turn in {Space}{(EndsWithCommit ? ", ended by its commit" : "")}{(TriesAgain ? ", used again" : "")} {{ {string.Join("; ", Inside)} }}";
}
