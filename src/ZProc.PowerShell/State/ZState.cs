using System.Collections;
using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>
/// A namespace as a dictionary: <c>$State.cookies</c>, <c>$State['cookies'] = 1</c>, <c>$State.Increment('n', 1)</c>.
/// Values are copies: changing what you got changes nothing here, but for the <c>$State</c> of an atomic block, which is
/// a working copy. A missing key is <c>$null</c>. Every member may throw <see cref="ZProcException"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "The design's word.")]
[SuppressMessage("Design", "CA1010:Generic interface should also be implemented", Justification = "PowerShell's dictionary adapter is the non-generic one.")]
public sealed class ZState : IDictionary
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
    public int Count => Guarded(() => Access.Keys().Count);

    /// <summary>The keys, ordered.</summary>
    public ICollection Keys => Guarded(() => (ICollection)Access.Keys());

    /// <summary>The values, in the order of their keys.</summary>
    public ICollection Values => Guarded(() => (ICollection)Access.Entries().Select(pair => pair.Value).ToArray());

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

    /// <summary>The value of a key, or something else when it is missing.</summary>
    public object? Get(object key, object? @default) => Guarded(() => Access.TryGet(KeyOf(key), out var value) ? value : @default);

    /// <inheritdoc/>
    public void Add(object key, object? value) => Guarded(() => Commit(ChangeKind.Set, key, value, Precondition.Absent));

    /// <inheritdoc/>
    public bool Contains(object key) => Guarded(() => Access.TryGet(KeyOf(key), out _));

    /// <inheritdoc cref="Contains"/>
    public bool ContainsKey(object key) => Contains(key);

    /// <inheritdoc/>
    public void Remove(object key) => Guarded(() => Commit(ChangeKind.Remove, key, null));

    /// <summary>Removes every key, as one update.</summary>
    public void Clear() => Guarded(() => Access.Commit([new Change(ChangeKind.Clear, "")]));

    /// <summary>Removes a key and returns its value; an error when it is missing.</summary>
    public object? Pop(object key) => Guarded(() => Popped(key, out var value)
        ? value
        : throw new FaultException(Fault.KeyNotFound, $"The key '{key}' is not in the namespace '{_namespace}'.", key as string));

    /// <summary>Removes a key and returns its value, or something else when it is missing.</summary>
    public object? Pop(object key, object? @default) => Guarded(() => Popped(key, out var value) ? value : @default);

    /// <summary>Removes some key and returns it with its value; an error when there is none.</summary>
    public DictionaryEntry PopAny() => Guarded(() =>
    {
        var popped = Access.Commit([new Change(ChangeKind.PopAny, "")]).Results[0];
        return new DictionaryEntry(popped.Key, PowerShellValues.Decode(popped.Before ?? default));
    });

    /// <summary>Sets a key if it is missing, and returns the value it has now.</summary>
    public object? SetDefault(object key, object? value) => Guarded(() =>
    {
        while (true)
        {
            if (Access.TryGet(KeyOf(key), out var present))
            {
                return present;
            }

            try
            {
                Commit(ChangeKind.Set, key, value, Precondition.Absent);
                return value;
            }
            catch (FaultException fault) when (fault.Fault == Fault.Conflict)
            {
                // Somebody was faster; what they set may be gone again by the next look.
            }
        }
    });

    /// <summary>Sets all keys of a dictionary, as one update.</summary>
    public void Merge(IDictionary entries) => Guarded(() => Access.Commit(StateChanges.SetAll(entries)));

    /// <summary>Makes the namespace equal to a dictionary, as one update.</summary>
    public void ReplaceAll(IDictionary entries) =>
        Guarded(() => Access.Commit([new Change(ChangeKind.Clear, ""), .. StateChanges.SetAll(entries)]));

    /// <summary>Adds 1 to a number, in one step on the server; a missing key counts as 0. Returns the new value.</summary>
    public object? Increment(object key) => Increment(key, 1);

    /// <summary>Adds to a number, in one step on the server; a missing key counts as 0. Returns the new value.</summary>
    public object? Increment(object key, object by) => Guarded(() => After(Commit(ChangeKind.Increment, key, by)));

    /// <summary>Appends to a list, in one step on the server; a missing key counts as empty. Returns the new list.</summary>
    public object? Append(object key, object? value) => Guarded(() => After(Commit(ChangeKind.Append, key, value)));

    /// <summary>Sets a key if it has an expected value (numbers compare by value). Returns whether it did.</summary>
    public bool CompareAndSet(object key, object? expected, object? value) => Guarded(() =>
    {
        try
        {
            Commit(ChangeKind.Set, key, value, new Precondition(PreconditionKind.ValueIs, Value: PowerShellValues.Encode(expected)));
            return true;
        }
        catch (FaultException fault) when (fault.Fault == Fault.Conflict)
        {
            return false;
        }
    });

    /// <summary>The whole namespace at one moment, as an ordered dictionary that has nothing more to do with the state.</summary>
    public OrderedDictionary Copy() => Guarded(() => StateChanges.ToDictionary(Access.Entries()));

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
        foreach (DictionaryEntry entry in Copy())
        {
            array.SetValue(entry, index++);
        }
    }

    /// <summary>Enumerates one moment: changes made meanwhile do not show.</summary>
    public IDictionaryEnumerator GetEnumerator() => Copy().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string KeyOf(object key) => (key is PSObject wrapped ? wrapped.BaseObject : key) is string text
        ? text
        : throw new FaultException(
            Fault.InvalidKey, $"A key is a string; {key} is a {key?.GetType().Name ?? "null"}. Write ['{key}'].", key?.ToString());

    private static object? After(CommitResult result) => result.Results[0].After is { } value ? PowerShellValues.Decode(value) : null;

    // A method's error reaches users as its own exception, with its own id.
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

    private bool Popped(object key, out object? value)
    {
        var popped = Commit(ChangeKind.Remove, key, null).Results[0].Before;
        value = popped is { } found ? PowerShellValues.Decode(found) : null;
        return popped is not null;
    }

    private CommitResult Commit(ChangeKind kind, object key, object? value, Precondition precondition = default) =>
        Access.Commit([new Change(kind, KeyOf(key), StateChanges.Encode(KeyOf(key), value), precondition)]);
}
