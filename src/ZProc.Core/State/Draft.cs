using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>
/// A commit that is being worked out. It reads the namespace and keeps the changes to itself, so that a condition that fails
/// half way leaves no trace.
/// </summary>
public sealed class Draft
{
    private readonly Func<string, EncodedValue?> _find;
    private readonly Func<string, long> _revision;
    private readonly Func<IEnumerable<string>> _keys;
    private readonly string _namespace;
    private readonly StoreOptions _options;
    private readonly ChangedKeys _changed = new();
    private readonly bool _force;

    /// <summary>Creates an empty one.</summary>
    /// <param name="find">The value of a key; null when it is missing.</param>
    /// <param name="revision">The revision that last changed a key; 0 when it is missing.</param>
    /// <param name="keys">All keys.</param>
    /// <param name="ns">The namespace's name.</param>
    /// <param name="options">The limits.</param>
    /// <param name="force">Whether a value that is set to what it already is counts as changed.</param>
    public Draft(
        Func<string, EncodedValue?> find, Func<string, long> revision, Func<IEnumerable<string>> keys, string ns, StoreOptions options, bool force)
    {
        _find = find;
        _revision = revision;
        _keys = keys;
        _namespace = ns;
        _options = options;
        _force = force;
    }

    /// <summary>Adds one change.</summary>
    /// <returns>The key, its value before, and the new value; the values are null for a value that was set.</returns>
    /// <exception cref="FaultException">Conflict, InvalidKey, InvalidArgument, KeyNotFound or ValueTooLarge.</exception>
    public KeyChange Apply(in Change change)
    {
        switch (change.Kind)
        {
            case ChangeKind.Clear:
            case ChangeKind.RemoveNamespace:
                foreach (var key in Keys())
                {
                    _changed[key] = null;
                }

                return new KeyChange("", null, null);
            case ChangeKind.PopAny:
                if (AnyKey() is not { } any)
                {
                    throw NothingToPop(_namespace);
                }

                return Put(any, null);
        }

        KeyName.Check(change.Key);
        Check(change.Key, change.Precondition);
        return change.Kind switch
        {
            // The sender of a value has it. Sending it back would double the cost of a write.
            ChangeKind.Set => Put(change.Key, change.Operand) with { Before = null, After = null },
            ChangeKind.Remove => Put(change.Key, null),
            ChangeKind.Increment or ChangeKind.Append or ChangeKind.Merge => Put(change.Key, Combined(change)),
            _ => throw new FaultException(Fault.MalformedMessage, $"There is no change of kind {(byte)change.Kind}."),
        };
    }

    /// <summary>The changes together: each key once, ordered, without keys that end as they were.</summary>
    public List<KeyChange> Changes()
    {
        var changes = new List<KeyChange>(_changed.Count);
        foreach (var (key, after) in _changed.All())
        {
            var before = _find(key);
            if (before is null ? after is not null : _force || before != after)
            {
                changes.Add(new KeyChange(key, before, after));
            }
        }

        if (changes.Count > 1)
        {
            changes.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        }

        return changes;
    }

    /// <summary>The error for a pop from a namespace without keys.</summary>
    internal static FaultException NothingToPop(string ns) =>
        new(Fault.KeyNotFound, $"The namespace '{ns}' is empty: there is nothing to pop.", ns);

    private EncodedValue Combined(in Change change)
    {
        try
        {
            return change.Kind switch
            {
                ChangeKind.Increment => NumberAddition.Add(Find(change.Key), change.Operand),
                ChangeKind.Append => ListAppend.Append(Find(change.Key), change.Operand, _options.ValueLimits),
                _ => DictionaryMerge.Merge(Find(change.Key), change.Operand, _options.ValueLimits),
            };
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"Key '{change.Key}': {fault.Message}", change.Key, fault);
        }
    }

    private EncodedValue? Find(string key) => _changed.TryGet(key, out var value) ? value : _find(key);

    private string? AnyKey() =>
        _keys().FirstOrDefault(key => !_changed.Contains(key)) ?? _changed.All().FirstOrDefault(pair => pair.Value is not null).Key;

    private string[] Keys() =>
        _keys().Where(key => !_changed.Contains(key)).Concat(_changed.All().Where(pair => pair.Value is not null).Select(pair => pair.Key)).ToArray();

    private KeyChange Put(string key, EncodedValue? value)
    {
        if (value is { } present)
        {
            _options.Check(key, present);
        }

        var before = Find(key);
        _changed[key] = value;
        return new KeyChange(key, before, value);
    }

    private void Check(string key, Precondition precondition)
    {
        var holds = precondition.Kind switch
        {
            PreconditionKind.None => true,
            PreconditionKind.Absent => Find(key) is null,
            PreconditionKind.RevisionIs => !_changed.Contains(key) && _revision(key) == precondition.Revision,
            PreconditionKind.ValueIs => Find(key) is { } value && ValueComparer.LooselyEqual(value, precondition.Value),
            _ => throw new FaultException(Fault.MalformedMessage, $"There is no condition of kind {(byte)precondition.Kind}."),
        };
        if (!holds)
        {
            throw new FaultException(Fault.Conflict, Describe(key, precondition), key);
        }
    }

    private string Describe(string key, Precondition precondition) => precondition.Kind switch
    {
        PreconditionKind.Absent => $"The key '{key}' exists already. Nothing was changed.",
        PreconditionKind.RevisionIs =>
            $"The key '{key}' is at revision {_revision(key)}, not {precondition.Revision}. Nothing was changed; read it again and retry.",
        _ => $"The key '{key}' does not have the expected value. Nothing was changed; read it again and retry.",
    };
}
