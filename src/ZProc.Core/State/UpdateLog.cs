using ZProc.Core.Durable;

namespace ZProc.Core.State;

/// <summary>The last updates of one namespace, without gaps. Not thread-safe: the owner's lock guards it.</summary>
public sealed class UpdateLog
{
    private readonly StoreOptions _options;
    private readonly List<Update> _updates = [];
    private int _start;
    private long _bytes;
    private long _removed; // the revision of the last removal that has updates behind it; 0 when there was none

    /// <summary>Creates an empty log that continues after a revision.</summary>
    public UpdateLog(StoreOptions options, long revision = 0)
    {
        _options = options;
        Revision = revision;
    }

    /// <summary>The newest revision.</summary>
    public long Revision { get; private set; }

    /// <summary>How many updates are kept.</summary>
    public int Count => _updates.Count - _start;

    /// <summary>The oldest revision kept; one more than <see cref="Revision"/> when none is.</summary>
    public long Oldest => Revision - Count + 1;

    /// <summary>
    /// The oldest revision that readers may ask for. The removal of a namespace ends its history, also when the namespace is made
    /// again. The updates before the removal are kept only for the watches that were open then.
    /// </summary>
    public long OldestReadable => Math.Max(Oldest, _removed + 1);

    /// <summary>The history that readers may ask for.</summary>
    internal KeptHistory Kept => new(OldestReadable, _bytes);

    /// <summary>Whether the newest update removed the namespace.</summary>
    public bool EndsWithRemoval => Count > 0 && this[Revision].RemovesNamespace;

    /// <summary>The update with a revision between <see cref="Oldest"/> and <see cref="Revision"/>.</summary>
    public Update this[long revision] => _updates[_start + (int)(revision - Oldest)];

    /// <summary>Adds the next update and drops the oldest ones beyond the limits.</summary>
    public void Append(Update update)
    {
        if (EndsWithRemoval)
        {
            _removed = Revision;
        }

        _updates.Add(update);
        _bytes += update.Size;
        Revision = update.Revision;
        while (Count > Math.Min(_options.MinimumUpdates, _options.MaximumUpdates) && (Count > _options.MaximumUpdates || _bytes > _options.MaximumUpdateBytes))
        {
            _bytes -= _updates[_start].Size;
            _updates[_start++] = null!;
        }

        if (_start > 64 && _start > _updates.Count / 2)
        {
            _updates.RemoveRange(0, _start);
            _start = 0;
        }
    }

    /// <summary>
    /// Puts older updates in front, of which the last is the one before <see cref="Oldest"/>. The next update may drop them again, so the
    /// caller opens its watch in the same step under the lock.
    /// </summary>
    public void Prepend(IReadOnlyList<Update> older)
    {
        _updates.RemoveRange(0, _start);
        _start = 0;
        _updates.InsertRange(0, older);
        foreach (var update in older)
        {
            _bytes += update.Size;
        }
    }

    /// <summary>The updates after a revision, oldest first.</summary>
    /// <param name="revision">The last one known.</param>
    /// <param name="maximumBytes">The result ends with the update that reaches this size.</param>
    /// <exception cref="FaultException"><see cref="Fault.Compacted"/>, with the oldest revision still kept.</exception>
    public IReadOnlyList<Update> Since(long revision, long maximumBytes = long.MaxValue)
    {
        if (revision > Revision)
        {
            throw NotYet(revision, Revision);
        }

        CheckKept(revision + 1);
        var updates = new List<Update>();
        for (var bytes = 0L; ++revision <= Revision && bytes < maximumBytes; bytes += updates[^1].Size)
        {
            updates.Add(this[revision]);
        }

        return updates;
    }

    /// <summary>Checks that every update from a revision on is kept.</summary>
    /// <exception cref="FaultException"><see cref="Fault.Compacted"/>.</exception>
    public void CheckKept(long revision)
    {
        if (revision < Oldest)
        {
            throw Gone(revision, Oldest, Revision);
        }
    }

    /// <summary>The error for a revision that does not exist yet.</summary>
    internal static FaultException NotYet(long revision, long newest) => new(
        Fault.InvalidArgument, $"Revision {revision} does not exist yet; the newest one is {newest}.", revision);

    /// <summary>The error for a revision that is no longer kept.</summary>
    internal static FaultException Gone(long revision, long oldest, long newest) => new(
        Fault.Compacted,
        $"Revision {revision} is no longer kept; the oldest one kept is {oldest}. Read the state as it is now and go on from revision {newest}, or keep a longer history.",
        oldest);
}
