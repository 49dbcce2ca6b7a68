using System.Management.Automation;
using ZProc.Processes;

namespace ZProc.Progress;

/// <summary>Signals each change of the state of some processes, on the thread that changes it, until it is disposed of.</summary>
internal sealed class ProcessChanges : IDisposable
{
    private readonly IReadOnlyList<ZProcess> _processes;
    private readonly Action _changed;

    /// <param name="processes">The processes.</param>
    /// <param name="changed">Is called after a change, and must only signal.</param>
    public ProcessChanges(IReadOnlyList<ZProcess> processes, Action changed)
    {
        _processes = processes;
        _changed = changed;
        foreach (var process in processes)
        {
            process.StateChanged += OnStateChanged;
            process.Exited += _changed; // after the state: a process that was removed has no further state
        }
    }

    /// <summary>Ends the signals. One may still be on its way.</summary>
    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.StateChanged -= OnStateChanged;
            process.Exited -= _changed;
        }
    }

    private void OnStateChanged(object? sender, JobStateEventArgs change) => _changed();
}
