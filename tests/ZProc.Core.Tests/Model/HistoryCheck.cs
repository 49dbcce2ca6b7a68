using ZProc.Core.State;
using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>
/// Checks that the observations of concurrent clients fit some order of single operations. Replays the operations that changed
/// something in the order of the server's sequence, and finds a place for each other operation between the states that its client
/// had seen before and after it.
/// </summary>
internal sealed class HistoryCheck
{
    private readonly Judge _judge;
    private readonly List<Observation> _all;

    public HistoryCheck(Judge judge, IEnumerable<Observation> all)
    {
        _judge = judge;
        _all = [.. all];
    }

    /// <summary>Checks all.</summary>
    public void Run()
    {
        foreach (var commit in _all.Where(seen => seen.Result is { Changed: true }).OrderBy(seen => seen.Result!.Sequence))
        {
            _judge.Replay(commit);
        }

        foreach (var client in _all.GroupBy(seen => seen.Client))
        {
            var ordered = client.OrderBy(seen => seen.Index).ToArray();
            CheckClient(ordered);
            CheckTurns(ordered);
        }
    }

    /// <summary>Checks that the updates of a namespace are what the model did.</summary>
    public void CheckUpdates(string ns, IReadOnlyList<Update> updates)
    {
        Assert.Equal(Enumerable.Range(1, (int)_judge.Timeline.Last(ns).Revision).Select(revision => (long)revision), updates.Select(update => update.Revision));
        foreach (var update in updates)
        {
            var (before, after) = (_judge.Timeline.AtRevision(ns, update.Revision - 1), _judge.Timeline.AtRevision(ns, update.Revision));
            Assert.Equal(after.Sequence, update.Sequence);
            Assert.Equal(!after.Exists, update.RemovesNamespace);
            var keys = before.Entries.Keys.Union(after.Entries.Keys).Order(StringComparer.Ordinal);
            Assert.Equal(
                keys.Where(key => before.Entries.GetValueOrDefault(key) != after.Entries.GetValueOrDefault(key))
                    .Select(key => ValueText.OfChange(key, before.Entries.GetValueOrDefault(key)?.Text, after.Entries.GetValueOrDefault(key)?.Text)),
                update.Changes.Select(change => ValueText.OfChange(change.Key, ValueText.Of(change.Before), ValueText.Of(change.After))));
        }
    }

    /// <summary>Checks one client: it sees nothing older than before, its acknowledged writes included, and its commits to a namespace keep their order.</summary>
    private void CheckClient(Observation[] ordered)
    {
        var latest = Latest(ordered);
        var seen = 0L;
        var committed = new Dictionary<string, long>();
        for (var i = 0; i < ordered.Length; i++)
        {
            var operation = ordered[i];
            seen = Math.Max(seen, operation.Before);
            if (operation.Kind != ObservationKind.Commit)
            {
                seen = Math.Max(seen, _judge.Check(operation, seen, operation.After));
                continue;
            }

            if (_judge.HasNoPlace(operation))
            {
                continue;
            }

            var first = Math.Max(seen, committed.GetValueOrDefault(operation.Namespace));
            if (operation.Result is { Changed: true, Sequence: var sequence })
            {
                Judge.Require(operation, sequence > first && sequence <= operation.After, $"it must come after sequence {first}");
                committed[operation.Namespace] = sequence;
            }
            else
            {
                var known = _judge.Check(operation, first, Math.Min(operation.After, latest[i]));
                if (operation.Result is not null)
                {
                    committed[operation.Namespace] = known;
                }
            }
        }
    }

    /// <summary>For each operation, the sequence of the client's next commit to the same namespace, the latest place that the operation can have.</summary>
    private static long[] Latest(Observation[] ordered)
    {
        var latest = new long[ordered.Length];
        var next = new Dictionary<string, long>();
        for (var i = ordered.Length - 1; i >= 0; i--)
        {
            latest[i] = next.GetValueOrDefault(ordered[i].Namespace, long.MaxValue);
            if (ordered[i].Result is { } result)
            {
                next[ordered[i].Namespace] = result.Sequence;
            }
        }

        return latest;
    }

    /// <summary>While a client has the turn, no other client changes the namespace, and the client sees its own changes at once.</summary>
    private void CheckTurns(Observation[] ordered)
    {
        foreach (var turn in ordered.Where(seen => seen.Turn != 0).GroupBy(seen => seen.Turn))
        {
            var revision = turn.First().Revision;
            foreach (var seen in _judge.TurnsMayBeLost ? WhileHeld(turn) : turn)
            {
                if (seen.Result is { Changed: true } result)
                {
                    Judge.Require(seen, result.Revision == ++revision, $"revision {revision} was to come in this turn");
                }
                else
                {
                    _judge.CheckAtRevision(seen, revision);
                }
            }
        }
    }

    /// <summary>The operations in a turn up to the last commit that was made in it. What comes later may have met a lost turn.</summary>
    private static IEnumerable<Observation> WhileHeld(IEnumerable<Observation> turn) =>
        turn.Reverse().SkipWhile(static seen => seen.Result is null).Reverse();
}
