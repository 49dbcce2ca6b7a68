using System.Diagnostics.CodeAnalysis;
using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>
/// A watch's place in the log of a namespace. The cursor counts its unread matches and holds the newest one; it reads the others
/// from the log, so a slow reader costs no memory. Not thread-safe: the feed's gate guards it.
/// </summary>
internal sealed class UpdateCursor
{
    private readonly UpdateLog _log;
    private readonly WatchOptions _options;
    private long _next; // the revision of the first unread match, when there is one
    private long _unread; // how many matches are unread
    private Update? _newest;

    /// <summary>Creates a cursor that has every match after the options' revision to read.</summary>
    public UpdateCursor(UpdateLog log, WatchOptions options)
    {
        _log = log;
        _options = options;
        StartRevision = options.SinceRevision ?? log.Revision;
        foreach (var update in log.Since(StartRevision))
        {
            if (options.Keys.Matches(update))
            {
                Offer(update);
            }
        }

        IsLive = options.Live;
    }

    /// <summary>The revision after which it sees updates.</summary>
    public long StartRevision { get; }

    /// <summary>Whether it skips every unread match but the newest.</summary>
    public bool IsLive { get; set; }

    /// <summary>Whether there is a match to read.</summary>
    public bool HasUnread => _unread > 0;

    /// <summary>Accepts an update that changed a chosen key.</summary>
    /// <returns>Whether it is a match: not from the excluded source, and not offered before under another of its keys.</returns>
    public bool Offer(Update update)
    {
        if (update.Source.Id == _options.ExcludeSource || ReferenceEquals(update, _newest))
        {
            return false;
        }

        _newest = update;
        if (_unread == 0)
        {
            _next = update.Revision;
        }

        _unread = IsLive ? 1 : _unread + 1;
        return true;
    }

    /// <summary>Takes the next match, if there is one.</summary>
    /// <exception cref="FaultException">Compacted: the log no longer has the next match. The cursor then skips to the next commit.</exception>
    public bool TryTake([NotNullWhen(true)] out Update? update)
    {
        if (_unread == 0)
        {
            update = null;
            return false;
        }

        // A single unread match is the newest one, which is here even after the log has dropped it for updates of other keys.
        if (IsLive || _unread == 1)
        {
            update = _newest!;
            _unread = 0;
            return true;
        }

        try
        {
            _log.CheckKept(_next);
        }
        catch (FaultException)
        {
            _unread = 0; // the reader learns it once, and can open a new watch at a revision that is kept
            throw;
        }

        update = _log[_next];
        _unread--;
        do
        {
            _next++;
        }
        while (!IsMatch(_log[_next]));
        return true;
    }

    private bool IsMatch(Update update) => update.Source.Id != _options.ExcludeSource && _options.Keys.Matches(update);
}
