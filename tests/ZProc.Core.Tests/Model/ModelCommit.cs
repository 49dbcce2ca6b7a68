using System.Collections.Immutable;
using ZProc.Core.State;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>The possible outcomes of a commit: one, unless the commit leaves the choice of a key to the server.</summary>
internal sealed class ModelCommit
{
    private readonly SpaceState _before;
    private readonly CommitRequest _request;
    private readonly int _maximumBytes;

    public ModelCommit(SpaceState before, CommitRequest request, int maximumBytes)
    {
        _before = before;
        _request = request;
        _maximumBytes = maximumBytes;
    }

    /// <summary>Why a client refuses it before it meets the state, whatever else is wrong with it; null when it does not.</summary>
    public Fault? RefusalUnsent => _request.Changes
        .Select(change => IsBadKey(change) ? Fault.InvalidKey : Math.Max(change.Operand.Length, change.Precondition.Value.Length) > _maximumBytes ? Fault.ValueTooLarge : (Fault?)null)
        .FirstOrDefault(fault => fault is not null);

    /// <summary>Every possible outcome.</summary>
    public IEnumerable<ModelOutcome> Outcomes()
    {
        if (RefusalUnsent is { } fault)
        {
            yield return Refused(fault);
        }

        foreach (var outcome in From(0, _before.Entries, [], []))
        {
            yield return outcome;
        }
    }

    private static ModelOutcome Refused(Fault fault) => new(fault, [], null);

    private IEnumerable<ModelOutcome> From(
        int index, ImmutableSortedDictionary<string, Held> now, ImmutableHashSet<string> touched, ImmutableList<string> results)
    {
        if (index == _request.Changes.Count)
        {
            return [End(now, touched, results)];
        }

        var change = _request.Changes[index];
        switch (change.Kind)
        {
            case ChangeKind.Clear or ChangeKind.RemoveNamespace:
                return From(index + 1, now.Clear(), touched.Union(now.Keys), results.Add(ValueText.OfChange("", null, null)));
            case ChangeKind.PopAny:
                return now.IsEmpty
                    ? [Refused(Fault.KeyNotFound)]
                    : now.SelectMany(entry => From(
                        index + 1, now.Remove(entry.Key), touched.Add(entry.Key), results.Add(ValueText.OfChange(entry.Key, entry.Value.Text, null))));
        }

        if (IsBadKey(change))
        {
            return [Refused(Fault.InvalidKey)];
        }

        var held = now.GetValueOrDefault(change.Key);
        if (!Holds(change, held, touched))
        {
            return [Refused(Fault.Conflict)];
        }

        if (change.Kind == ChangeKind.Remove)
        {
            return From(index + 1, now.Remove(change.Key), touched.Add(change.Key), results.Add(ValueText.OfChange(change.Key, held?.Text, null)));
        }

        var operand = change.Operand.Plain();
        var value = change.Kind switch
        {
            ChangeKind.Set => operand,
            ChangeKind.Increment => ModelValues.Increment(held?.Value, operand),
            ChangeKind.Append => ModelValues.Append(held?.Value, operand),
            _ => ModelValues.Merge(held?.Value, operand),
        };
        if (value is null && change.Kind != ChangeKind.Set)
        {
            return [Refused(Fault.InvalidArgument)];
        }

        if (V(value).Length > _maximumBytes)
        {
            return [Refused(Fault.ValueTooLarge)];
        }

        var next = new Held(value, _before.Revision + 1);
        var told = change.Kind == ChangeKind.Set ? ValueText.OfChange(change.Key, null, null) : ValueText.OfChange(change.Key, held?.Text, next.Text);
        return From(index + 1, now.SetItem(change.Key, next), touched.Add(change.Key), results.Add(told));
    }

    private static bool IsBadKey(Change change) =>
        change.Kind is not (ChangeKind.Clear or ChangeKind.RemoveNamespace or ChangeKind.PopAny)
        && (change.Key.Length is 0 or > 1024 || change.Key.Any(char.IsControl));

    private static bool Holds(in Change change, Held? held, ImmutableHashSet<string> touched) => change.Precondition.Kind switch
    {
        PreconditionKind.Absent => held is null,
        PreconditionKind.RevisionIs => !touched.Contains(change.Key) && (held?.Revision ?? 0) == change.Precondition.Revision,
        PreconditionKind.ValueIs => held is not null && ModelValues.LooselyEqual(held.Value, change.Precondition.Value.Plain()),
        _ => true,
    };

    private ModelOutcome End(ImmutableSortedDictionary<string, Held> now, ImmutableHashSet<string> touched, ImmutableList<string> results)
    {
        var removal = _request.Changes.Any(change => change.Kind == ChangeKind.RemoveNamespace);
        if (removal && _request.Changes.Count > 1)
        {
            return Refused(Fault.InvalidArgument);
        }

        var entries = _before.Entries;
        var changed = false;
        foreach (var key in touched)
        {
            var before = _before.Entries.GetValueOrDefault(key);
            var after = now.GetValueOrDefault(key);
            if (before?.Text != after?.Text || (_request.Force && before is not null))
            {
                changed = true;
                entries = after is null ? entries.Remove(key) : entries.SetItem(key, after);
            }
        }

        return changed || (removal && _before.Exists)
            ? new ModelOutcome(null, results, new SpaceState(_before.Revision + 1, 0, !removal, entries))
            : new ModelOutcome(null, results, null);
    }
}
