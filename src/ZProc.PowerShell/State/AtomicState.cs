using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Waiting;

namespace ZProc.State;

/// <summary>
/// The state as an atomic block sees and changes it: a working copy that <see cref="Commit()"/> makes one update of. Holds the turn,
/// and is its runspace's <see cref="RunspaceContext.Block"/>, until it is disposed.
/// </summary>
internal sealed class AtomicState : StateAccess, IDisposable
{
    private readonly ZProcContext _context;
    private readonly Source _source;
    private readonly Turn _turn;
    private readonly RunspaceContext _runspace;
    private readonly CancellationToken _cancellation;
    private readonly WorkingCopy _copy;
    private bool _ended;

    /// <summary>Waits for the turn of a namespace.</summary>
    /// <param name="context">The context.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="source">The session or process that the block's update is by.</param>
    /// <param name="deadline">When to give the wait up.</param>
    /// <param name="waits">The command's waits.</param>
    /// <param name="cancellation">Is cancelled when the command is stopped.</param>
    /// <exception cref="FaultException">NestedUpdate inside another block; Timeout.</exception>
    public AtomicState(ZProcContext context, string ns, Source source, Deadline deadline, EventWait waits, CancellationToken cancellation)
    {
        _runspace = RunspaceContext.Current!; // a command runs in one
        if (_runspace.Block is { } outer)
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

        // The wait leaves the queue while actions of events run: an action may write to the namespace, and would wait for this turn.
        Turn? turn = null;
        waits.UntilOver(token => turn = context.Client.AcquireTurn(ns, source, deadline, token));

        _turn = turn!;
        try
        {
            RevokedSources.ThrowIfRevoked(source);
        }
        catch (FaultException)
        {
            _turn.Dispose(); // the process was abandoned while it waited
            throw;
        }

        // No other client commits during the turn, so the original does not change.
        _copy = new WorkingCopy(
            ns,
            Limits,
            key => context.Client.Get(ns, key, cancellation: cancellation),
            () => context.Client.GetSnapshot(ns, cancellation: cancellation).Entries.Select(static pair => pair.Key));
        _runspace.Block = this;
    }

    /// <summary>The block that the calling runspace is in; null when it is in none.</summary>
    public static AtomicState? Current => RunspaceContext.Current?.Block;

    public override string Namespace { get; }

    public override long Revision => _turn.Revision;

    public override int Count => _context.Client.Summarize(Namespace, cancellation: _cancellation).Count + _copy.Added;

    public override StoreOptions Limits => _context.Client.Limits;

    /// <summary>The same state as commands inside the block see it: they read it and cannot change it.</summary>
    public StateAccess ReadOnly => new AtomicStateReader(this);

    private WorkingCopy Copy => !_ended ? _copy : throw new FaultException(
        Fault.TurnLost, "The atomic block that this $State belongs to has ended. Use the $State of the block you are in.", Namespace);

    /// <summary>The error of a change that is made inside the block, but not through its <c>$State</c>.</summary>
    public FaultException NestedUpdate() => new(
        Fault.NestedUpdate,
        $"Inside an atomic block only its own $State can change the state (namespace '{Namespace}'). Make the change before or after the block.",
        Namespace);

    /// <summary>Whether the block is about this namespace.</summary>
    public bool IsOf(ZProcContext context, string ns) => context == _context && ns == Namespace;

    public override ZStateEntry? Find(string key)
    {
        var working = Copy.Touch(key);
        return working.Exists ? new ZStateEntry(key, working.Value) : null;
    }

    /// <summary>A copy of a key's entry. An entry that the block has changed has no revision yet.</summary>
    public ZStateEntry? FindCopy(string key)
    {
        var working = Copy.Touch(key);
        return working.Encode() is not { } value ? null
            : value == working.Original ? new ZStateEntry(key, value, working.Revision, working.Updated)
            : new ZStateEntry(key, value, null, null);
    }

    public override IReadOnlyList<string> Keys() => Copy.Keys.ToArray();

    public override IEnumerable<ZStateEntry> Entries() => Keys().Select(key => Find(key)!).ToArray();

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false, Deadline deadline = default)
    {
        var (results, changed) = Copy.Apply(changes, force);
        return new CommitResult(changed, Revision, _context.Client.ObservedSequence, results);
    }

    /// <summary>Makes one update of everything that differs. Without any difference, it makes sure that the block had the turn until its end.</summary>
    /// <exception cref="FaultException">TurnLost, ValueNotSupported, ValueTooLarge: nothing was changed.</exception>
    public void Commit()
    {
        _context.Client.Commit(new CommitRequest(Namespace, _source, _copy.Differences(), _turn.Id, EndTurn: true), default, _cancellation);
        _turn.Ended();
    }

    public void Dispose()
    {
        _ended = true;
        _runspace.Block = null;
        _turn.Dispose();
    }
}
