namespace ZProc.Core.Server;

/// <summary>
/// Collects the outlets that got something to send while a thread serves requests, so that the thread itself sends it afterwards.
/// On a thread without a collector, the outlet wakes the server's thread instead.
/// </summary>
internal sealed class OutletCollector
{
    // More of them are left to the server's thread, so that a client's reply does not wait for many others' updates.
    private const int SentHere = 4;

    [ThreadStatic]
    private static OutletCollector? _current;

    private readonly List<Outlet> _outlets = [];

    /// <summary>Collects on the calling thread from now on.</summary>
    public void Begin() => _current = this;

    /// <summary>Takes an outlet, if the calling thread collects.</summary>
    public static bool TryCollect(Outlet outlet)
    {
        if (_current is not { } collector)
        {
            return false;
        }

        if (outlet.Collector != collector)
        {
            outlet.Collector = collector;
            collector._outlets.Add(outlet);
        }

        return true;
    }

    /// <summary>Sends what the collected outlets have.</summary>
    /// <param name="own">The outlet of the client that is served: it comes first. Null for none.</param>
    /// <param name="sentHere">How many are sent on the calling thread; the server's thread sends the others.</param>
    public void Send(Outlet? own, int sentHere = SentHere)
    {
        if (own is not null)
        {
            // Without a look at the collection: a thread that was to send for this client may be slow.
            own.Collector = null;
            own.Send();
        }

        var sent = 0;
        foreach (var outlet in _outlets)
        {
            if (outlet == own)
            {
                continue;
            }

            outlet.Collector = null;
            if (sent++ < sentHere)
            {
                outlet.Send();
            }
            else
            {
                outlet.Wake();
            }
        }

        _outlets.Clear();
    }
}
