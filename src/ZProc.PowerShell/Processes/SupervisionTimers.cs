using ZProc.Core;
using ZProc.Core.Processes.Supervision;

namespace ZProc.Processes;

/// <summary>The timers of a supervised process. Not thread-safe: the supervisor guards them together with its state.</summary>
internal sealed class SupervisionTimers
{
    private readonly Alarm?[] _alarms = new Alarm?[Enum.GetValues<SupervisionTimer>().Length];
    private readonly string _process;
    private readonly Action<SupervisionTimer, int> _elapsed;

    /// <param name="process">The name of the process, for the names of threads.</param>
    /// <param name="elapsed">Called on a thread of its own with the timer that ran out and the attempt that it was set for.</param>
    public SupervisionTimers(string process, Action<SupervisionTimer, int> elapsed)
    {
        _process = process;
        _elapsed = elapsed;
    }

    /// <summary>Carries out an effect on a timer.</summary>
    /// <returns>Whether the effect is one on a timer.</returns>
    public bool TryApply(SupervisionEffect effect)
    {
        switch (effect)
        {
            case SupervisionEffect.SetTimer { Timer: var timer, Delay: var delay, Attempt: var attempt }:
                Cancel(timer);
                _alarms[(int)timer] = Alarm.After(delay, $"ZProc {timer} {_process}", () => _elapsed(timer, attempt));
                return true;
            case SupervisionEffect.CancelTimer { Timer: var timer }:
                Cancel(timer);
                return true;
            default:
                return false;
        }
    }

    private void Cancel(SupervisionTimer timer)
    {
        _alarms[(int)timer]?.Dispose();
        _alarms[(int)timer] = null;
    }
}
