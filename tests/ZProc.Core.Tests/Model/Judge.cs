using ZProc.Core.State;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>Compares the observations of clients with the model.</summary>
internal sealed class Judge
{
    private readonly int _maximumBytes;

    public Judge(int maximumBytes, long sequence = 0)
    {
        _maximumBytes = maximumBytes;
        Timeline = new Timeline(sequence);
    }

    public Timeline Timeline { get; }

    /// <summary>Whether a turn may have been lost, as behind a cut.</summary>
    public bool TurnsMayBeLost { get; init; }

    /// <summary>Applies the next commit that changed something to the model.</summary>
    public void Replay(Observation commit)
    {
        var before = Timeline.Last(commit.Namespace);
        var result = commit.Result!;
        Require(commit, result.Sequence == Timeline.Sequence + 1, $"the next sequence is {Timeline.Sequence + 1}");
        Require(commit, result.Revision == before.Revision + 1, $"the next revision is {before.Revision + 1}");
        var outcomes = OutcomesAt(commit, before);
        var outcome = outcomes.Find(possible => possible is { Refusal: null, After: not null } && possible.Results.SequenceEqual(commit.Results));
        Require(commit, outcome is not null, $"in the model it is {string.Join(" or ", outcomes)}");
        Timeline.Add(commit.Namespace, outcome!.After!);
    }

    /// <summary>Checks one that changed nothing, or a read, against the states of the namespace that its client could have met.</summary>
    /// <returns>The sequence that the client has seen by it.</returns>
    public long Check(Observation seen, long first, long last)
    {
        Require(seen, first <= last, $"between sequences {first} and {last} is nothing");
        if (seen.Result is { } result)
        {
            Require(seen, result.Sequence >= first && result.Sequence <= last, $"it must have been between sequences {first} and {last}");
            Check(seen, [Timeline.At(seen.Namespace, result.Sequence)]);
            return result.Sequence;
        }

        if (seen.Snapshot is { } snapshot)
        {
            Require(seen, snapshot.Sequence >= first && snapshot.Sequence <= last, $"it must have been between sequences {first} and {last}");
            Check(seen, [Timeline.At(seen.Namespace, snapshot.Sequence)]);
            return snapshot.Sequence;
        }

        return Check(seen, Timeline.Between(seen.Namespace, first, last));
    }

    /// <summary>Whether a commit never reached the state, because it was given up or its client refused to send it: then it has no place in the client's order.</summary>
    public bool HasNoPlace(Observation commit) => commit.Fault?.Fault switch
    {
        Fault.Timeout => commit.Hurried,
        { } fault => fault == new ModelCommit(SpaceState.Empty, commit.Request!, _maximumBytes).RefusalUnsent,
        null => false,
    };

    /// <summary>Checks an operation against the one state that it must have met.</summary>
    public void CheckAtRevision(Observation seen, long revision)
    {
        Require(seen, Timeline.HasRevision(seen.Namespace, revision), $"there is no revision {revision}");
        Check(seen, [Timeline.AtRevision(seen.Namespace, revision)]);
    }

    /// <summary>Fails, and shows the observation.</summary>
    public static void Require(Observation seen, bool holds, string otherwise)
    {
        if (!holds)
        {
            Assert.Fail($"{seen}\nBut {otherwise}.");
        }
    }

    private long Check(Observation seen, IEnumerable<SpaceState> states)
    {
        SpaceState? newest = null;
        foreach (var state in states)
        {
            newest = state;
            if (IsRight(seen, state))
            {
                return state.Sequence;
            }
        }

        Assert.Fail($"{seen}\nBut in the model, last at revision {newest!.Revision}, {Expected(seen, newest)}.");
        return 0;
    }

    private bool IsRight(Observation seen, SpaceState state) => seen.Kind switch
    {
        ObservationKind.Get => IsSame(seen.Entry, state.Entries.GetValueOrDefault(seen.Key!)),
        ObservationKind.Snapshot => seen.Snapshot!.Revision == state.Revision
            && seen.Snapshot.Entries.Select(pair => pair.Key).SequenceEqual(state.Entries.Keys)
            && seen.Snapshot.Entries.Zip(state.Entries.Values).All(pair => IsSame(pair.First.Value, pair.Second)),
        ObservationKind.TurnBegin => seen.Revision == state.Revision,
        _ when seen.Result is { } result => result.Revision == state.Revision
            && OutcomesAt(seen, state).Exists(outcome => outcome is { Refusal: null, After: null } && outcome.Results.SequenceEqual(seen.Results)),
        _ => seen.Fault!.Fault switch
        {
            Fault.Timeout => seen.Hurried,
            Fault.TurnLost => seen.Request!.Turn != 0 && (seen.Turn == 0 || TurnsMayBeLost),
            var fault => OutcomesAt(seen, state).Exists(outcome => outcome.Refusal == fault),
        },
    };

    private string Expected(Observation seen, SpaceState state) => seen.Kind switch
    {
        ObservationKind.Get => state.Entries.GetValueOrDefault(seen.Key!) is { } held ? $"it is {held.Text} of revision {held.Revision}" : "it is missing",
        ObservationKind.Snapshot => $"there is {string.Join(", ", state.Entries.Select(entry => $"'{entry.Key}' {entry.Value.Text} of {entry.Value.Revision}"))}"
            + $", not {string.Join(", ", seen.Snapshot!.Entries.Select(entry => $"'{entry.Key}' {ValueText.Of(entry.Value.Value.Plain())} of {entry.Value.Revision}"))}",
        ObservationKind.TurnBegin => "there was no such revision then",
        _ => $"it is {string.Join(" or ", OutcomesAt(seen, state))}",
    };

    private List<ModelOutcome> OutcomesAt(Observation commit, SpaceState state) => [.. new ModelCommit(state, commit.Request!, _maximumBytes).Outcomes()];

    private static bool IsSame(Entry? entry, Held? held) => entry is { } present
        ? held is not null && present.Revision == held.Revision && ValueText.Of(present.Value.Plain()) == held.Text
        : held is null;
}
