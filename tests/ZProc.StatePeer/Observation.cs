using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.StatePeer;

/// <summary>An operation of a client and its outcome.</summary>
/// <param name="Client">Which client.</param>
/// <param name="Index">The number of the operation, in the order in which the client began them.</param>
/// <param name="Kind">The kind of operation.</param>
/// <param name="Namespace">The namespace.</param>
internal sealed record Observation(int Client, int Index, ObservationKind Kind, string Namespace)
{
    /// <summary>The newest sequence that the client had seen before.</summary>
    public long Before { get; init; }

    /// <summary>The newest sequence that the client had seen when it looked at the outcome.</summary>
    public long After { get; init; }

    /// <summary>The number of the turn in which the operation was done; 0 outside a turn.</summary>
    public int Turn { get; init; }

    /// <summary>Whether the operation had a deadline.</summary>
    public bool Hurried { get; init; }

    /// <summary>The commit.</summary>
    public CommitRequest? Request { get; init; }

    /// <summary>The result of a commit that was made.</summary>
    public CommitResult? Result { get; init; }

    /// <summary>The reason of a refusal.</summary>
    public FaultException? Fault { get; init; }

    /// <summary>The key of a read.</summary>
    public string? Key { get; init; }

    /// <summary>and its entry.</summary>
    public Entry? Entry { get; init; }

    /// <summary>The namespace that was read.</summary>
    public Snapshot? Snapshot { get; init; }

    /// <summary>The revision at which a turn was given.</summary>
    public long Revision { get; init; }

    public override string ToString()
    {
        var what = Kind switch
        {
            ObservationKind.Commit =>
                $"commit{(Request!.Force ? " by force" : "")}{(Request.Turn == 0 ? "" : $" in turn {Request.Turn}")} of {string.Join(", ", Request.Changes.Select(Describe))} => {Outcome}",
            ObservationKind.Get => $"read '{Key}' => {(Entry is { } entry ? $"{ValueText.Of(entry.Value)} of revision {entry.Revision}" : "missing")}",
            ObservationKind.Snapshot => $"read all => {Snapshot!.Count} keys of revision {Snapshot.Revision} at sequence {Snapshot.Sequence}",
            _ => $"was given turn {Turn} at revision {Revision}",
        };
        return $"Client {Client}, operation {Index} in {Namespace}, having seen {Before} before and {After} after: {what}";
    }

    private string Outcome => Fault is { } fault
        ? $"{fault.Fault} ({fault.Message})"
        : $"{(Result!.Changed ? "changed" : "unchanged")} at revision {Result.Revision}, sequence {Result.Sequence}: {string.Join(", ", Results)}";

    /// <summary>The result of a commit, in the model's form.</summary>
    public IEnumerable<string> Results =>
        Result!.Results.Select(change => ValueText.OfChange(change.Key, ValueText.Of(change.Before), ValueText.Of(change.After)));

    private static string Describe(Change change) =>
        $"{change.Kind} '{change.Key}' {ValueText.Of(change.Operand)}" + (change.Precondition.Kind switch
        {
            PreconditionKind.None => "",
            PreconditionKind.RevisionIs => $" if revision {change.Precondition.Revision}",
            PreconditionKind.ValueIs => $" if {ValueText.Of(change.Precondition.Value)}",
            _ => " if absent",
        });
}
