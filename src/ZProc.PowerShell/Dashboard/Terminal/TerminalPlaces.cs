using ZProc.Contexts;
using ZProc.Servers;
using ZProc.Terminal;

namespace ZProc.Dashboard.Terminal;

/// <summary>Brings the contexts of this session and the servers of this user to the screen. Not thread-safe.</summary>
internal sealed class TerminalPlaces
{
    private const int TicksOfServers = 3; // the list of servers is a folder

    private readonly Screen _screen;
    private readonly ZProcContext _shown;
    private HashSet<string> _keys = new(StringComparer.Ordinal);
    private IReadOnlyList<ZProcServer> _servers = [];
    private int _ticks;

    /// <param name="screen">The screen.</param>
    /// <param name="shown">The context that the view shows.</param>
    public TerminalPlaces(Screen screen, ZProcContext shown)
    {
        _screen = screen;
        _shown = shown;
    }

    /// <summary>Shows what there is now.</summary>
    public void Refresh()
    {
        if (_ticks++ % TicksOfServers == 0)
        {
            _servers = ServerFolder.All();
        }

        Row[] rows = [.. ContextTable.All.Select(context => TerminalRows.Context(context, context == _shown)), .. _servers.Select(TerminalRows.Server)];
        var keys = rows.Select(row => row.Key).ToHashSet(StringComparer.Ordinal);
        if (!keys.SetEquals(_keys))
        {
            _screen.Set(Pane.Contexts, rows, [.. _keys.Except(keys)]);
            _keys = keys;
        }
    }

    /// <summary>The details of a row; null when there is no such row.</summary>
    public TerminalDetails? Details(string key) =>
        ContextTable.All.FirstOrDefault(context => TerminalRows.KeyOf(context) == key) is { } context ? TerminalDetails.Of(context)
        : _servers.FirstOrDefault(server => TerminalRows.KeyOf(server) == key) is { } server ? TerminalDetails.Of(server)
        : null;
}
