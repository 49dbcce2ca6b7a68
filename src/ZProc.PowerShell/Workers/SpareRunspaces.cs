using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>
/// A runspace that is opened in advance for the next process, and used once. The first one is opened after the first process. It has
/// the template of the session that asked last, since another session may have other commands. Thread-safe.
/// </summary>
internal sealed class SpareRunspaces
{
    private readonly object _gate = new();
    private readonly OnDemandThread _opener;
    private InitialSessionState? _template;
    private string? _folder;
    private ScriptRunspace? _spare;
    private bool _isOpening;
    private bool _closed;

    public SpareRunspaces() => _opener = new OnDemandThread("ZProc spare", Open);

    /// <summary>Takes the spare if it has the template, or else opens a runspace.</summary>
    /// <param name="template">The template: a <see cref="SessionTemplate.Of"/>.</param>
    /// <param name="folder">The folder in which the script starts. The next one is likely to start there, too.</param>
    public ScriptRunspace Take(InitialSessionState template, string? folder)
    {
        ScriptRunspace? taken;
        ScriptRunspace? outdated = null;
        lock (_gate)
        {
            taken = _spare;
            _spare = null;
            if (_template != template)
            {
                outdated = taken;
                taken = null;
            }

            _template = template;
            _folder = folder;
        }

        outdated?.Dispose();
        return taken ?? new ScriptRunspace(template);
    }

    /// <summary>Opens a spare in the background. A pool thread makes the thread for that: making one takes a tenth of the time of a start.</summary>
    public void Refill() => ThreadPool.UnsafeQueueUserWorkItem(static opener => opener.Signal(), _opener, preferLocal: false);

    /// <summary>Closes the spare. There will be no other: one that is being opened is closed then.</summary>
    /// <param name="deadline">When to return in any case. Opening and closing run code of the modules that the session loads, which may hang.</param>
    public void Close(Deadline deadline)
    {
        ScriptRunspace? spare;
        lock (_gate)
        {
            _closed = true;
            while (_isOpening && !deadline.Passed)
            {
                Monitor.Wait(_gate, deadline.Remaining);
            }

            spare = _spare;
            _spare = null;
        }

        if (spare is not null)
        {
            var closing = BackgroundThread.Start(() => Close(spare), "ZProc close");
            closing.Join(deadline.Remaining);
        }
    }

    private static void Close(ScriptRunspace spare)
    {
        try
        {
            spare.Dispose();
        }
#pragma warning disable CA1031 // closing runs code of modules, which may throw anything
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: nothing ran in the spare, so nobody waits for an outcome.
            ZProcEventSource.Log.FaultCaught(nameof(SpareRunspaces), expected);
        }
    }

    private void Open()
    {
        InitialSessionState? template;
        string? folder;
        lock (_gate)
        {
            template = _template;
            folder = _folder;
            if (_closed || _spare is not null || template is null)
            {
                return;
            }

            _isOpening = true;
        }

        ScriptRunspace? spare = null;
        try
        {
            spare = new ScriptRunspace(template);
            spare.WarmUp();
            spare.GoTo(folder);
        }
#pragma warning disable CA1031 // what a session loads at its beginning may throw anything
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the next process opens its runspace itself and reports the error.
            ZProcEventSource.Log.FaultCaught(nameof(SpareRunspaces), expected);
            spare?.Dispose();
            spare = null;
        }

        lock (_gate)
        {
            _isOpening = false;
            if (!_closed && _template == template)
            {
                (_spare, spare) = (spare, null);
            }

            Monitor.PulseAll(_gate);
        }

        spare?.Dispose();
    }
}
