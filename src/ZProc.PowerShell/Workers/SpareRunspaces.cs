using System.Management.Automation.Runspaces;
using ZProc.Core;

namespace ZProc.Workers;

/// <summary>
/// A runspace opened in advance, from the first time that one was asked for, so that the next process need not wait for it.
/// Each is used once. It is one for the session that asked last: another one's commands may be others.
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

    /// <summary>Takes the spare, or opens a runspace.</summary>
    /// <param name="template">What it starts from: <see cref="SessionTemplate.Of"/>.</param>
    /// <param name="folder">Where its script starts, and the next one probably, too.</param>
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

    /// <summary>Makes up for what was taken, away from the caller: even the making of a thread takes a tenth of what a start does.</summary>
    public void Refill() => ThreadPool.UnsafeQueueUserWorkItem(static opener => opener.Signal(), _opener, preferLocal: false);

    /// <summary>Closes the spare; there will be no other.</summary>
    public void Close()
    {
        ScriptRunspace? spare;
        lock (_gate)
        {
            _closed = true;
            while (_isOpening)
            {
                Monitor.Wait(_gate);
            }

            spare = _spare;
            _spare = null;
        }

        spare?.Dispose();
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
#pragma warning disable CA1031 // what a session loads at its beginning may throw anything; the next process will say so
        catch (Exception)
#pragma warning restore CA1031
        {
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
