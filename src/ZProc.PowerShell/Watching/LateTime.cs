using ZProc.Core;

namespace ZProc.Watching;

/// <summary>
/// The time that the script of <c>-When</c> takes after the deadline of one wait. A quick script still judges all updates that were
/// committed by the deadline; a slow one leaves them for the next wait. For one thread.
/// </summary>
/// <param name="deadline">The deadline.</param>
internal sealed class LateTime(Deadline deadline)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1); // a quick script needs some of it on a busy machine

    private TimeSpan _spent;

    /// <summary>Whether the script has taken too long.</summary>
    public bool IsOver => _spent >= Limit;

    /// <summary>Notes a call of the script that has just ended. One before the deadline does not count.</summary>
    /// <param name="time">How long the call took.</param>
    public void Add(TimeSpan time)
    {
        if (deadline.Passed)
        {
            _spent += time;
        }
    }
}
