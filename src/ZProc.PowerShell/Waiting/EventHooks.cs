using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;

namespace ZProc.Waiting;

/// <summary>
/// Tells a waiting command that actions of PowerShell's events are queued (<c>Register-ObjectEvent -Action</c>). The engine runs
/// queued actions only between statements, and tells no waiting command of them. But the engine calls the handlers of an event after
/// it has queued the actions of the same event, so a handler beside each action is enough.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A handler may run after Dispose. The source has no timer and no handle, so nothing has to be released.")]
internal sealed class EventHooks : IDisposable
{
    private readonly PSEventManager _events;
    private readonly List<PSEventSubscriber> _hooks = [];
    private readonly CancellationTokenSource _arrived = new();

    private EventHooks(PSEventManager events, IEnumerable<string> identifiers)
    {
        _events = events;
        foreach (var id in identifiers)
        {
            _hooks.Add(events.SubscribeEvent(
                source: null, eventName: null, sourceIdentifier: id, data: null, handlerDelegate: (_, _) => _arrived.Cancel(), supportEvent: true, forwardEvent: false));
        }
    }

    /// <summary>Is cancelled by the next event that has an action.</summary>
    public CancellationToken Arrived => _arrived.Token;

    /// <summary>Adds handlers to the events of a runspace that have an action.</summary>
    /// <returns>Null when no event has an action.</returns>
    public static EventHooks? TryOpen(PSEventManager events)
    {
        // The engine raises its own events only while it is idle, or at its end.
        var identifiers = events.Subscribers
            .Where(static subscriber => subscriber.Action is not null && subscriber.SourceIdentifier is not (PSEngineEvent.OnIdle or PSEngineEvent.Exiting))
            .Select(static subscriber => subscriber.SourceIdentifier)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToArray();
        return identifiers.Length == 0 ? null : new EventHooks(events, identifiers);
    }

    /// <summary>Removes the handlers.</summary>
    public void Dispose()
    {
        foreach (var hook in _hooks)
        {
            _events.UnsubscribeEvent(hook);
        }

        _hooks.Clear();
    }
}
