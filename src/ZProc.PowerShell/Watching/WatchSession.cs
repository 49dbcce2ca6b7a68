using System.Diagnostics.CodeAnalysis;
using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>
/// A watch with its condition. A condition about the state follows all updates, so that it is judged at each
/// revision, in order, and looks first at the state as it was where the watch begins.
/// Thread-safe; each update goes to one reader, and readers take turns.
/// </summary>
internal sealed class WatchSession : IDisposable
{
    private readonly ZProcContext _context;
    private readonly Guid _self;
    private readonly KeyFilter _keys;
    private readonly Watch _watch;
    private readonly SemaphoreSlim _turn = new(1); // never disposed of: a reader may be in it when the watch is closed, and it holds no handle
    private readonly ScriptBlock? _when;
    private readonly Runspace? _home; // of that block; null when it belongs to none
    private readonly SortedDictionary<string, EncodedValue> _values = new(StringComparer.Ordinal);
    private ScriptBlock? _rebuilt;
    private Update? _initial;
    private long _revision;
    private volatile bool _live;

    private WatchSession(ZProcContext context, WatchSpec spec, Source self, ScriptBlock? when, CancellationToken cancellation)
    {
        _context = context;
        Spec = spec;
        _self = self.Id;
        _live = spec.Live;
        _keys = KeyPatterns.Filter(spec.Keys, spec.LiteralKeys, spec.ExcludeKeys);
        // In the caller's session the block itself knows more: its functions and variables.
        if (when is not null && spec.When is { Variables.Count: 0 })
        {
            _when = when;
            _home = Runspace.DefaultRunspace;
        }

        _watch = context.Client.Watch(
            new WatchOptions
            {
                Namespace = spec.Namespace,
                Keys = spec.Condition == WatchCondition.When ? KeyFilter.All : _keys,
                SinceRevision = spec.SinceRevision,
                Live = spec.Live && !spec.LooksAtState,
                ExcludeSource = spec.ExcludeSelf && !spec.LooksAtState ? self.Id : null,
            },
            cancellation);
        _revision = _watch.StartRevision;
        if (spec.LooksAtState)
        {
            try
            {
                LookAtState(cancellation);
            }
            catch
            {
                _watch.Dispose();
                throw;
            }
        }
    }

    /// <summary>What is watched.</summary>
    public WatchSpec Spec { get; }

    /// <summary>The revision after which it sees updates.</summary>
    public long StartRevision => _watch.StartRevision;

    /// <summary>Whether reading runs a script, and so needs a runspace on the reading thread.</summary>
    public bool NeedsRunspace => Spec.Condition == WatchCondition.When;

    /// <summary>The revision of the state last looked at.</summary>
    public long Revision => _revision;

    /// <summary>Starts watching. What is committed after this returned is seen.</summary>
    /// <param name="context">Where.</param>
    /// <param name="spec">What.</param>
    /// <param name="self">Who watches.</param>
    /// <param name="when">The condition's script block in the caller's session; null to rebuild it from its text.</param>
    /// <param name="cancellation">Ends the wait for the server.</param>
    public static WatchSession Open(
        ZProcContext context, WatchSpec spec, Source self, ScriptBlock? when = null, CancellationToken cancellation = default) =>
        new(context, spec, self, when, cancellation);

    /// <summary>Takes the next update for which the condition holds, if there is one.</summary>
    /// <exception cref="FaultException">As <see cref="Watch.TryRead"/>.</exception>
    public bool TryRead([NotNullWhen(true)] out ZStateUpdate? update) =>
        (update = InTurn(
            () => Next(() => _watch.TryRead(out var next) ? next : null, Deadline.After(TimeSpan.Zero)), Deadline.After(TimeSpan.Zero), CancellationToken.None)) is not null;

    /// <summary>Waits for it.</summary>
    /// <returns>The update; null at the deadline.</returns>
    public ZStateUpdate? Read(Deadline deadline, CancellationToken cancellation = default) =>
        InTurn(() => Next(() => _watch.Read(deadline, cancellation), deadline), deadline, cancellation);

    /// <summary>Sets what is called when there may be something to read. It must only signal.</summary>
    public void OnAvailable(Action? callback)
    {
        _watch.OnAvailable(callback);
        if (_initial is not null)
        {
            callback?.Invoke();
        }
    }

    /// <summary>From now on only the newest counts.</summary>
    public void GoLive()
    {
        _live = true;
        if (!Spec.LooksAtState)
        {
            _watch.GoLive();
        }
    }

    /// <summary>What a wait outputs for an update: the key's value, or the chosen keys as they were then, or the whole namespace.</summary>
    public object? ResultOf(ZStateUpdate update)
    {
        var whole = Spec.Condition == WatchCondition.When || Spec.Keys.Count + Spec.LiteralKeys.Count == 0;
        return !whole && _keys.OnlyLiterals is { Count: 1 }
            ? update.Value
            : StateChanges.ToDictionary(_context.Client.ValuesAt(Spec.Namespace, update.Revision, alsoRemoved: true)
                .Where(pair => whole || _keys.Matches(pair.Key))
                .Select(pair => new KeyValuePair<string, object?>(pair.Key, PowerShellValues.Decode(pair.Value))));
    }

    public void Dispose() => _watch.Dispose();

    private ZStateUpdate? InTurn(Func<ZStateUpdate?> read, Deadline deadline, CancellationToken cancellation)
    {
        if (!_turn.Wait(deadline.Remaining, cancellation))
        {
            return null;
        }

        try
        {
            return read();
        }
        finally
        {
            _turn.Release();
        }
    }

    private ZStateUpdate? Next(Func<Update?> read, Deadline deadline = default)
    {
        long? end = null;
        if (_initial is { } initial)
        {
            _initial = null;
            var newest = SkipToNewest(initial)!;
            if (Holds())
            {
                return new ZStateUpdate(newest, _keys);
            }
        }

        while (read() is { } next)
        {
            if (Matches(ref next))
            {
                return new ZStateUpdate(next, _keys);
            }

            // What was committed by the deadline still counts; what others go on committing must not keep us.
            end ??= deadline.Passed ? _watch.NewestRevision : null;
            if (Math.Max(next.Revision, _revision) >= end)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Whether the condition holds at an update; a live watch looks at the newest one instead.</summary>
    private bool Matches(ref Update update)
    {
        if (!Spec.LooksAtState)
        {
            return Spec.Condition == WatchCondition.Change || update.Changes.Any(change => change.After is null && _keys.Matches(change.Key));
        }

        Follow(update);
        if (SkipToNewest(Counts(update) ? update : null) is not { } counted || !Holds())
        {
            return false;
        }

        update = counted;
        return true;
    }

    /// <summary>A live watch follows all that is there, so that the condition is judged at the newest revision.</summary>
    /// <returns>The newest update that counts.</returns>
    private Update? SkipToNewest(Update? counted)
    {
        while (_live && _watch.TryRead(out var newer))
        {
            Follow(newer);
            counted = Counts(newer) ? newer : counted;
        }

        return counted;
    }

    private bool Counts(Update update) => !(Spec.ExcludeSelf && update.Source.Id == _self) && _keys.Matches(update);

    private void LookAtState(CancellationToken cancellation)
    {
        foreach (var (key, value) in _context.Client.ValuesAt(Spec.Namespace, _revision, alsoRemoved: true, cancellation))
        {
            Set(key, value);
        }

        if (Spec.IsResumed || (!NeedsRunspace && !Holds()))
        {
            return; // nothing to wake anybody for
        }

        _initial = new Update(
            Spec.Namespace, _revision, 0, DateTime.UtcNow, new Source(Guid.Empty, "", 0),
            _values.Where(pair => _keys.Matches(pair.Key)).Select(pair => new KeyChange(pair.Key, null, pair.Value)).ToArray());
    }

    private void Follow(Update update)
    {
        _revision = update.Revision;
        foreach (var change in update.Changes)
        {
            Set(change.Key, change.After);
        }
    }

    private bool Concerns(string key) => Spec.Condition == WatchCondition.When || _keys.Matches(key);

    private void Set(string key, EncodedValue? value)
    {
        if (!Concerns(key))
        {
            return;
        }

        if (value is { } present)
        {
            _values[key] = present;
        }
        else
        {
            _values.Remove(key);
        }
    }

    private bool Holds()
    {
        if (Spec.When is { } script)
        {
            var snapshot = StateChanges.ToDictionary(
                _values.Select(pair => new KeyValuePair<string, object?>(pair.Key, PowerShellValues.Decode(pair.Value))));
            var variables = new List<PSVariable> { new("_", snapshot), new("State", snapshot) };
            variables.AddRange(script.Variables.Select(variable => new PSVariable(variable.Key, variable.Value)));
            try
            {
                return LanguagePrimitives.IsTrue(Predicate(script).InvokeWithContext(null, variables, script.ArgumentsFor(snapshot)));
            }
            catch (FlowControlException e) when (e is LoopFlowException or ExitException)
            {
                throw new FaultException(
                    Fault.InvalidArgument, "'break', 'continue' or 'exit' left the block of -When for what is outside it. Use 'return', or output whether it holds.");
            }
        }

        return _values.Count > 0
            && (_keys.OnlyLiterals is not { } literals || literals.All(_values.ContainsKey))
            && _values.Values.All(Satisfies);
    }

    /// <summary>The block to call here. One of another runspace would wait until that one has time for it.</summary>
    private ScriptBlock Predicate(WhenScript script) =>
        _when is not null && _home == Runspace.DefaultRunspace ? _when : _rebuilt ??= ScriptBlock.Create(script.Text);

    private bool Satisfies(EncodedValue value) => Spec.Condition switch
    {
        WatchCondition.Equal => ValueComparer.LooselyEqual(value, Spec.Operand),
        WatchCondition.NotEqual => !ValueComparer.LooselyEqual(value, Spec.Operand),
        WatchCondition.Null => value == default,
        WatchCondition.NotNull => value != default,
        WatchCondition.Truthy => LanguagePrimitives.IsTrue(PowerShellValues.Decode(value)),
        WatchCondition.Falsy => !LanguagePrimitives.IsTrue(PowerShellValues.Decode(value)),
        _ => true,
    };
}
