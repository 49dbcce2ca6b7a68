using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.Processes;

namespace ZProc.State;

/// <summary>
/// The working copy of an atomic block: keys are copied when they are first touched, and changed here only, nested
/// values included. <see cref="Commit()"/> makes one update of the difference. Holds the turn until it is disposed.
/// </summary>
internal sealed class AtomicState : StateAccess, IDisposable
{
    private static readonly ConditionalWeakTable<Runspace, AtomicState> Blocks = new();

    private readonly ZProcContext _context;
    private readonly Source _source;
    private readonly Turn _turn;
    private readonly Runspace _runspace;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, WorkingValue> _touched = new(StringComparer.Ordinal);
    private SortedSet<string>? _keys; // made when somebody first asks for all
    private int _added; // how many keys more there are than in the state
    private bool _ended;

    /// <summary>Waits for the turn of a namespace.</summary>
    /// <exception cref="FaultException">NestedUpdate inside another block; Timeout.</exception>
    public AtomicState(ZProcContext context, string ns, Source source, Deadline deadline, CancellationToken cancellation)
    {
        _runspace = Runspace.DefaultRunspace;
        if (Current is { } outer)
        {
            throw new FaultException(
                Fault.NestedUpdate,
                $"An atomic block cannot start inside another (namespace '{outer.Namespace}'). Use that block's $State, or start this one after it.",
                ns);
        }

        KeyName.Check(ns, "namespace");
        KeyName.CheckWritable(ns);
        _context = context;
        _source = source;
        _cancellation = cancellation;
        Namespace = ns;
        _turn = context.Client.AcquireTurn(ns, source, deadline, cancellation);
        try
        {
            CurrentSource.ThrowIfRevoked(source);
        }
        catch (FaultException)
        {
            _turn.Dispose(); // the process was abandoned while it waited
            throw;
        }

        lock (Blocks)
        {
            Blocks.AddOrUpdate(_runspace, this);
        }
    }

    /// <summary>The block that the calling runspace is in; null when it is in none.</summary>
    public static AtomicState? Current
    {
        get
        {
            lock (Blocks)
            {
                return Runspace.DefaultRunspace is { } runspace && Blocks.TryGetValue(runspace, out var block) ? block : null;
            }
        }
    }

    public override string Namespace { get; }

    public override long Revision => _turn.Revision;

    public override int Count => _context.Client.Summarize(Namespace, cancellation: _cancellation).Count + _added;

    public override StoreOptions Limits => _context.Client.Limits;

    /// <summary>A key's value as it is now; null when it is missing.</summary>
    public EncodedValue? FindValue(string key) => Touch(key).Encode();

    /// <summary>What commands inside the block see: the same, but it refuses changes.</summary>
    public StateAccess ReadOnly => new AtomicStateReader(this);

    /// <summary>The error of whoever changes the state from inside the block by another way than its <c>$State</c>.</summary>
    public FaultException NestedUpdate() => new(
        Fault.NestedUpdate,
        $"The state cannot be changed from inside an atomic block but through its own $State (namespace '{Namespace}'). Make the change before or after the block.",
        Namespace);

    public bool IsOf(ZProcContext context, string ns) => context == _context && ns == Namespace;

    public override ZStateEntry? Find(string key)
    {
        var working = Touch(key);
        return working.Exists ? new ZStateEntry(key, working.Value) : null;
    }

    /// <summary>A copy of a key's entry; what the block has changed has no revision yet.</summary>
    public ZStateEntry? FindCopy(string key)
    {
        var working = Touch(key);
        return working.Encode() is not { } value ? null
            : value == working.Original ? new ZStateEntry(key, value, working.Revision, working.Updated)
            : new ZStateEntry(key, value, null, null);
    }

    public override IReadOnlyList<string> Keys() => AllKeys().ToArray();

    public override IEnumerable<ZStateEntry> Entries() => Keys().Select(key => Find(key)!).ToArray();

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false)
    {
        ThrowIfEnded();
        // Worked out as the server would, on a draft first: a change that is refused leaves the others undone.
        var draft = new Draft(key => Touch(key).Encode(), key => Touch(key).Revision, AllKeys, Namespace, Limits, force);
        var results = new KeyChange[changes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = draft.Apply(changes[i]);
        }

        var made = draft.Changes();
        foreach (var change in made)
        {
            Set(change);
        }

        return new CommitResult(made.Count > 0, Revision, _context.Client.ObservedSequence, results);
    }

    /// <summary>Makes one update of everything that differs.</summary>
    /// <exception cref="FaultException">TurnLost, ValueNotSupported, ValueTooLarge: nothing was changed.</exception>
    public void Commit()
    {
        var changes = new List<Change>();
        foreach (var (key, working) in _touched.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var now = working.Encode();
            if (now != working.Original && !working.IsUntouched(now))
            {
                changes.Add(now is { } value ? new Change(ChangeKind.Set, key, value) : new Change(ChangeKind.Remove, key));
            }
        }

        if (changes.Count > 0)
        {
            _context.Client.Commit(new CommitRequest(Namespace, _source, changes, _turn.Id, EndTurn: true), default, _cancellation);
            _turn.Ended();
        }
    }

    public void Dispose()
    {
        _ended = true;
        lock (Blocks)
        {
            Blocks.Remove(_runspace);
        }

        _turn.Dispose();
    }

    private void ThrowIfEnded()
    {
        if (_ended)
        {
            throw new FaultException(
                Fault.TurnLost, "The atomic block that this $State belongs to has ended. Use the $State of the block you are in.", Namespace);
        }
    }

    private void Set(KeyChange change)
    {
        var working = Touch(change.Key);
        var existed = working.Exists;
        working.Set(change.After);
        if (working.Exists && !existed)
        {
            _added++;
            _keys?.Add(change.Key);
        }
        else if (existed && !working.Exists)
        {
            _added--;
            _keys?.Remove(change.Key);
        }
    }

    // Nobody else commits during the turn: what was there stays there until the block itself changes it.
    private SortedSet<string> AllKeys()
    {
        ThrowIfEnded();
        if (_keys is null)
        {
            var keys = new SortedSet<string>(
                _context.Client.GetSnapshot(Namespace, cancellation: _cancellation).Entries.Select(pair => pair.Key), StringComparer.Ordinal);
            foreach (var (key, working) in _touched)
            {
                _ = working.Exists ? keys.Add(key) : keys.Remove(key);
            }

            _keys = keys;
        }

        return _keys;
    }

    private WorkingValue Touch(string key)
    {
        ThrowIfEnded();
        if (!_touched.TryGetValue(key, out var working))
        {
            _touched.Add(key, working = new WorkingValue(key, _context.Client.Get(Namespace, key, cancellation: _cancellation), Limits));
        }

        return working;
    }
}
