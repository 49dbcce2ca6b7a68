using System.Collections;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Dynamic;
using System.Linq.Expressions;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Errors;
using ZProc.Values;
using ZProc.Watching;

namespace ZProc.State;

/// <summary>
/// A namespace as a dictionary: <c>$State.cookies</c>, <c>$State['cookies'] = 1</c>, <c>$State.Increment('n', 1)</c>.
/// Values are copies: a change inside a value that was read does not change the state. Only in the <c>$State</c> of an atomic block,
/// which is a working copy, such a change counts. A missing key is <c>$null</c>. Every member may throw <see cref="ZProcException"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The design's word.")]
[SuppressMessage("Design", "CA1010:Generic interface should also be implemented", Justification = "PowerShell's dictionary adapter is the non-generic one.")]
public sealed class ZState : IDictionary, IDynamicMetaObjectProvider
{
    private readonly ZProcContext _context;
    private readonly string _namespace;
    private readonly Source _source;
    private readonly AtomicState? _block;

    internal ZState(ZProcContext context, string ns, Source source, AtomicState? block = null)
    {
        _block = block;
        _context = context;
        _namespace = ns;
        _source = source;
    }

    /// <summary>How many keys there are.</summary>
    public int Count => Guarded(() => Access.Count);

    /// <summary>The keys, ordered.</summary>
    public ICollection Keys => Guarded(() => (ICollection)Access.Keys());

    /// <summary>The values, in the order of their keys.</summary>
    public ICollection Values => Guarded(() => (ICollection)Access.Entries().Select(entry => entry.Value).ToArray());

    /// <summary>The namespace's newest revision.</summary>
    public long Revision => Guarded(() => Access.Revision);

    /// <inheritdoc/>
    public bool IsFixedSize => false;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public bool IsSynchronized => true;

    /// <inheritdoc/>
    public object SyncRoot => this;

    private StateAccess Access => _block ?? StateAccess.Of(_context, _namespace, _source);

    /// <summary>The value of a key; <c>$null</c> when it is missing. Setting commits.</summary>
    public object? this[object key]
    {
        get => Get(key, null);
        set => Guarded(() => Commit(ChangeKind.Set, key, value));
    }

    /// <summary>The value of a key; <c>$null</c> when it is missing.</summary>
    public object? Get(object key) => Get(key, null);

    /// <summary>The value of a key, or a default when it is missing.</summary>
    public object? Get(object key, object? @default) => Guarded(() => Access.Find(KeyOf(key)) is { } entry ? Read(entry) : @default);

    /// <summary>The keys with their values of one moment, ordered.</summary>
    public DictionaryEntry[] Items() =>
        Guarded(() => Access.Entries().Select(entry => new DictionaryEntry(entry.Key, entry.Value)).ToArray());

    /// <inheritdoc/>
    public void Add(object key, object? value) => Guarded(() => Commit(ChangeKind.Set, key, value, Precondition.Absent));

    /// <inheritdoc/>
    public bool Contains(object key) => Guarded(() => Access.Find(KeyOf(key)) is not null);

    /// <inheritdoc cref="Contains"/>
    public bool ContainsKey(object key) => Contains(key);

    /// <inheritdoc/>
    public void Remove(object key) => Guarded(() => Commit(ChangeKind.Remove, key, null));

    /// <summary>Removes every key, as one update.</summary>
    public void Clear() => Guarded(() => Access.Commit([new Change(ChangeKind.Clear, "")]));

    /// <summary>Removes a key and returns its value; an error when it is missing.</summary>
    public object? Pop(object key) => Guarded(() => TryPop(key, out var value)
        ? value
        : throw new FaultException(Fault.KeyNotFound, $"The key '{key}' is not in the namespace '{_namespace}'.{KeySuggestion.Sentence(Access, KeyOf(key))}", key as string));

    /// <summary>Removes a key and returns its value, or a default when it is missing.</summary>
    public object? Pop(object key, object? @default) => Guarded(() => TryPop(key, out var value) ? value : @default);

    /// <summary>Removes any one key and returns it with its value; an error when there is none.</summary>
    public DictionaryEntry PopAny() => Guarded(() =>
    {
        var popped = Access.Commit([new Change(ChangeKind.PopAny, "")]).Results[0];
        return new DictionaryEntry(popped.Key, PowerShellValues.Decode(popped.Key, popped.Before ?? default));
    });

    /// <summary>Sets a key if it is missing, and returns the value that the key has now.</summary>
    public object? SetDefault(object key, object? value) => Guarded(() =>
    {
        while (true)
        {
            if (Access.Find(KeyOf(key)) is { } present)
            {
                return Read(present);
            }

            try
            {
                Commit(ChangeKind.Set, key, value, Precondition.Absent);
                return _block is null ? Noticed(KeyOf(key), value) : Access.Find(KeyOf(key))!.Value; // in a block the working copy's object: a change inside it counts
            }
            catch (FaultException fault) when (fault.Fault == Fault.Conflict)
            {
                // Expected: another client set the key first. The next read may find it removed again, so this is a loop.
                ZProcEventSource.Log.FaultCaught(nameof(ZState), fault);
            }
        }
    });

    /// <summary>Sets all keys of a dictionary, as one update.</summary>
    public void Merge(IDictionary entries) => Guarded(() => Access.Commit(Access.SetAll(Required(entries))));

    /// <summary>Sets each of these keys to <c>$null</c>, as one update.</summary>
    public void FromKeys(IEnumerable keys) => FromKeys(keys, null);

    /// <summary>Sets each of these keys to the same value, as one update.</summary>
    public void FromKeys(IEnumerable keys, object? value) => Guarded(() => Access.Commit(
        [.. (Required(keys) is string one ? [one] : keys.Cast<object>()).Select(key => Access.Change(ChangeKind.Set, KeyOf(key), value))]));

    /// <summary>Makes the namespace equal to a dictionary, as one update.</summary>
    public void ReplaceAll(IDictionary entries) =>
        Guarded(() => Access.Commit([new Change(ChangeKind.Clear, ""), .. Access.SetAll(Required(entries))]));

    /// <summary>Adds 1 to a number, in one step on the server; a missing key counts as 0. Returns the new value.</summary>
    public object? Increment(object key) => Increment(key, 1);

    /// <summary>Adds to a number, in one step on the server; a missing key counts as 0. Returns the new value.</summary>
    public object? Increment(object key, object by) => Guarded(() => After(Commit(ChangeKind.Increment, key, by)));

    /// <summary>Appends to a list, in one step on the server; a missing key counts as empty. Returns the new list.</summary>
    public object? Append(object key, object? value) => Guarded(() => After(Commit(ChangeKind.Append, key, value)));

    /// <summary>Sets a key if it has an expected value (numbers compare by value). Returns whether the key was set.</summary>
    public bool CompareAndSet(object key, object? expected, object? value) => Guarded(() =>
    {
        try
        {
            Commit(ChangeKind.Set, key, value, new Precondition(
                PreconditionKind.ValueIs, Value: StateChanges.Encode(KeyOf(key), expected, Access.Limits)));
            return true;
        }
        catch (FaultException fault) when (fault.Fault == Fault.Conflict)
        {
            // Expected: the key has another value.
            ZProcEventSource.Log.FaultCaught(nameof(ZState), fault);
            return false;
        }
    });

    /// <summary>The whole namespace at one moment, as an ordered dictionary of its own.</summary>
    public OrderedDictionary Copy() => Guarded(() => StateChanges.ToDictionary((_block?.ReadOnly ?? Access).Entries()));

    /// <summary>The same context's state in another namespace.</summary>
    public ZState Fork(string @namespace) => Guarded(() =>
    {
        KeyName.Check(@namespace, "namespace");
        return new ZState(_context, @namespace, _source);
    });

    /// <inheritdoc/>
    public void CopyTo(Array array, int index)
    {
        ArgumentNullException.ThrowIfNull(array);
        foreach (var entry in Items())
        {
            array.SetValue(entry, index++);
        }
    }

    /// <summary>Whether a dictionary has the same keys with equal values: numbers compare by value, containers deeply, text exactly.</summary>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj) || (obj is IDictionary other && Guarded(() => StateComparison.AreEqual(Access, other)));

    /// <summary>The same number for every state: two states may become equal at any time.</summary>
    public override int GetHashCode() => typeof(ZState).GetHashCode();

    /// <summary>Enumerates the entries of one moment.</summary>
    public IDictionaryEnumerator GetEnumerator() => Guarded(() => StateChanges.ToDictionary(Access.Entries()).GetEnumerator());

    /// <summary>Whether another object reads the same state in the same way. A block's working copy is no copy of the state, and reads as no other.</summary>
    internal bool ReadsAs(ZState other) => _block is null && other._block is null && _context == other._context && _namespace == other._namespace;

    DynamicMetaObject IDynamicMetaObjectProvider.GetMetaObject(Expression parameter) => new StateIndexing(parameter, this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The value of an entry. A statement that changes a copy and not the state gets a warning.</summary>
    private object? Read(ZStateEntry entry) => _block is null ? Noticed(entry.Key, entry.Value) : entry.Value;

    private object? Noticed(string key, object? value)
    {
        try
        {
            LostChanges.Check(key, value, this);
            return value;
        }
        catch (RuntimeException stop) when (stop is not PipelineStoppedException)
        {
            throw ErrorRecords.StopOf(stop);
        }
    }

    private static string KeyOf(object key) => BaseObject.Of(key) switch
    {
        string text => text,
        null => throw new FaultException(Fault.InvalidKey, "The key is $null. A key is a string with at least one character."),
        var other => throw new FaultException(
            Fault.InvalidKey, $"A key is a string, and {other} is a {other.GetType().Name}.{(KeyTransformationAttribute.IsText(other) ? $" Write ['{other}']." : "")}", other.ToString()),
    };

    private static object? After(CommitResult result) => result.Results[0] is { After: { } value, Key: var key } ? PowerShellValues.Decode(key, value) : null;

    private static T Required<T>(T? argument)
        where T : class => argument ?? throw new FaultException(Fault.InvalidArgument, "The argument is $null. Give a dictionary, or keys.");

    // A fault reaches users as an exception with its own error id.
    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (FaultException fault)
        {
            throw ErrorRecords.ExceptionOf(fault);
        }
    }

    private static void Guarded(Action work) => Guarded<object?>(() =>
    {
        work();
        return null;
    });

    private bool TryPop(object key, out object? value)
    {
        var popped = Commit(ChangeKind.Remove, key, null).Results[0];
        value = popped.Before is { } found ? PowerShellValues.Decode(popped.Key, found) : null;
        return popped.Before is not null;
    }

    private CommitResult Commit(ChangeKind kind, object key, object? value, Precondition precondition = default) =>
        Access.Commit([Access.Change(kind, KeyOf(key), value, precondition)]);
}
