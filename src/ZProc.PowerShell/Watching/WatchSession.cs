using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Conditions;
using ZProc.Core.State;
using ZProc.State;
using ZProc.Values;

namespace ZProc.Watching;

/// <summary>
/// A watch with its condition: passes the updates of the watch through the condition's selector. Thread-safe; each update goes to
/// one reader, and readers take turns.
/// </summary>
internal sealed class WatchSession : IDisposable
{
    private readonly KeyFilter _keys;
    private readonly Watch _watch;
    private readonly IUpdateSelector _selector;
    private readonly StateSelector? _state; // the selector, when the condition is about the state
    private readonly SemaphoreSlim _turn = new(1); // never disposed: a reader may hold it when the watch is closed; it has no handle

    private WatchSession(ZProcContext context, WatchSpec spec, Source self, ScriptBlock? when, ITransferObserver? observer, CancellationToken cancellation)
    {
        Spec = spec;
        _keys = KeyPatterns.Filter(spec.Keys, spec.LiteralKeys, spec.ExcludeKeys);
        var looksAtAllKeys = spec.Condition == ConditionKind.When;
        Guid? excluded = spec.ExcludeSelf ? self.Id : null;

        // A condition about the state has to see every update of its keys; its selector then skips and excludes updates.
        _watch = context.Client.Watch(
            new WatchOptions
            {
                Namespace = spec.Namespace,
                Keys = looksAtAllKeys ? KeyFilter.All : _keys,
                SinceRevision = spec.SinceRevision,
                Live = spec.Live && !spec.LooksAtState,
                ExcludeSource = spec.LooksAtState ? null : excluded,
                Observer = observer,
            },
            cancellation);
        if (!spec.LooksAtState)
        {
            _selector = new ChangeSelector(ConditionFactory.ForChange(spec, _keys));
            return;
        }

        _state = new StateSelector(
            ConditionFactory.ForState(spec, _keys, when),
            _keys,
            looksAtAllKeys ? KeyFilter.All : _keys,
            excluded,
            () => _watch.TryRead(out var update) ? update : null) { IsLive = spec.Live };
        _selector = _state;
        try
        {
            var values = context.Client.ValuesAt(spec.Namespace, _watch.StartRevision, alsoRemoved: true, cancellation);
            _state.Begin(spec.Namespace, values, _watch.StartRevision, maySelect: !spec.IsResumed);
        }
        catch
        {
            _watch.Dispose();
            throw;
        }
    }

    /// <summary>The keys and the condition.</summary>
    public WatchSpec Spec { get; }

    /// <summary>Whether reading runs a script, and so needs a runspace on the reading thread.</summary>
    public bool NeedsRunspace => Spec.Condition == ConditionKind.When;

    /// <summary>Starts watching. The session sees every update that is committed after this call returned.</summary>
    /// <param name="context">The context.</param>
    /// <param name="spec">The keys and the condition.</param>
    /// <param name="self">The session or process that watches.</param>
    /// <param name="when">The block of <c>-When</c> in the caller's session; null to rebuild it from its text.</param>
    /// <param name="observer">Is told how much of a large namespace has arrived.</param>
    /// <param name="cancellation">Ends the wait for the server.</param>
    public static WatchSession Open(
        ZProcContext context,
        WatchSpec spec,
        Source self,
        ScriptBlock? when = null,
        ITransferObserver? observer = null,
        CancellationToken cancellation = default) =>
        new(context, spec, self, when, observer, cancellation);

    /// <summary>Takes the next update that meets the condition, if there is one.</summary>
    /// <param name="update">The update.</param>
    /// <param name="late">The time that a script takes after the deadline of the wait; null to judge all updates there are.</param>
    /// <exception cref="FaultException">As <see cref="Watch.TryRead"/>.</exception>
    public bool TryRead([NotNullWhen(true)] out ZStateUpdate? update, LateTime? late = null)
    {
        var now = Deadline.After(TimeSpan.Zero);
        update = Next(() => _watch.TryRead(out var next) ? next : null, now, late, CancellationToken.None);
        return update is not null;
    }

    /// <summary>Waits for the next update that meets the condition.</summary>
    /// <param name="deadline">When to give up. Updates that were committed by then still count.</param>
    /// <param name="late">The time that a script takes after the deadline; null to judge all of them.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The update; null at the deadline.</returns>
    /// <exception cref="FaultException">As <see cref="Watch.TryRead"/>.</exception>
    public ZStateUpdate? Read(Deadline deadline, LateTime? late = null, CancellationToken cancellation = default) =>
        Next(() => _watch.Read(deadline, cancellation), deadline, late, cancellation);

    /// <summary>Sets the callback for when there may be an update to read. It must only signal.</summary>
    public void OnAvailable(Action? callback)
    {
        _watch.OnAvailable(callback);
        if (_state is { HasInitial: true })
        {
            callback?.Invoke();
        }
    }

    /// <summary>Makes the session a live one: older unread updates are skipped, now and from now on.</summary>
    public void GoLive()
    {
        if (_state is not null)
        {
            _state.IsLive = true;
        }
        else
        {
            _watch.GoLive();
        }
    }

    /// <summary>
    /// The output of a wait for an update: the value of the one key that was named, or a dictionary of the chosen keys at the
    /// update's revision, or of the whole namespace.
    /// </summary>
    public object? ResultOf(ZStateUpdate update)
    {
        var whole = Spec.Condition == ConditionKind.When || Spec.Keys.Count + Spec.LiteralKeys.Count == 0;
        if (!whole && _keys.OnlyLiterals is { Count: 1 })
        {
            return update.Value;
        }

        var values = _watch.ValuesAt(update.Revision);
        if (Spec is { Keys: [var typed], LiteralKeys.Count: 0 } && values.TryGetValue(typed, out var own))
        {
            return PowerShellValues.Decode(typed, own); // not there when the watch began, so the text was taken for a pattern as well
        }

        return StateChanges.ToDictionary(values
            .Where(pair => whole || _keys.Matches(pair.Key))
            .Select(pair => new KeyValuePair<string, object?>(pair.Key, PowerShellValues.Decode(pair.Key, pair.Value))));
    }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    private ZStateUpdate? Next(Func<Update?> read, Deadline deadline, LateTime? late, CancellationToken cancellation)
    {
        if (!_turn.Wait(deadline.Remaining, cancellation))
        {
            return null;
        }

        try
        {
            return Pump(read, deadline, late) is { } update ? new ZStateUpdate(update, _keys) : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private Update? Pump(Func<Update?> read, Deadline deadline, LateTime? late)
    {
        if (_state?.SelectInitial() is { } initial)
        {
            return initial;
        }

        long? end = null;
        while (late is not { IsOver: true } && read() is { } next)
        {
            var begun = Stopwatch.GetTimestamp();
            var selected = _selector.Select(next);
            if (NeedsRunspace)
            {
                late?.Add(Stopwatch.GetElapsedTime(begun));
            }

            if (selected is not null)
            {
                return selected;
            }

            // Updates that were committed by the deadline still count. Later ones do not, so that a busy namespace cannot extend the wait.
            end ??= deadline.Passed ? _watch.NewestRevision : null;
            if (_selector.Revision >= end)
            {
                break;
            }
        }

        return null;
    }
}
