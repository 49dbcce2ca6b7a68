using ZProc.Output;
using ZProc.Processes;

namespace ZProc.Dashboard;

/// <summary>Notes the newest output of a process of this session, received or not. Thread-safe.</summary>
internal sealed class OutputTap : IDisposable
{
    private readonly Action<OutputTap> _written;
    private readonly object _gate = new();
    private OutputItem? _newest;
    private bool _isNoted;

    /// <param name="process">The process.</param>
    /// <param name="written">Called when there is output that <see cref="TakeLine"/> has not taken; must only take note.</param>
    public OutputTap(ZProcess process, Action<OutputTap> written)
    {
        Process = process;
        _written = written;
        process.Written.Added += Note;
        if (process.Written.Newest(1) is [var item])
        {
            Note(item);
        }
    }

    /// <summary>The process.</summary>
    public ZProcess Process { get; }

    /// <summary>Takes the newest output, in one line; null when there is none since the last call.</summary>
    public string? TakeLine()
    {
        OutputItem? newest;
        lock (_gate)
        {
            _isNoted = false;
            newest = _newest;
            _newest = null; // the object may be large
        }

        return newest is { } item ? DashboardText.Line(item) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => Process.Written.Added -= Note;

    private void Note(OutputItem item)
    {
        if (item.Kind == OutputKind.Progress)
        {
            return;
        }

        bool isFirst;
        lock (_gate)
        {
            _newest = item;
            isFirst = !_isNoted;
            _isNoted = true;
        }

        if (isFirst)
        {
            _written(this);
        }
    }
}
