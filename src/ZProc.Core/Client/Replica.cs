using ZProc.Core.State;

namespace ZProc.Core.Client;

/// <summary>A replica, and what decides how long it is kept. Not thread-safe: <see cref="Replicas"/> guards it.</summary>
internal sealed class Replica
{
    /// <summary>Creates it.</summary>
    /// <param name="data">The copy of the namespace.</param>
    public Replica(NamespaceData data) => Data = data;

    /// <summary>The copy of the namespace.</summary>
    public NamespaceData Data { get; }

    /// <summary>The number of the last read.</summary>
    public long LastRead { get; private set; }

    /// <summary>The bytes of the updates since the last read.</summary>
    public long UnreadBytes { get; private set; }

    /// <summary>Whether it has a watch.</summary>
    public bool IsWatched => Data.Feed.IsWatched;

    /// <summary>Notes a read.</summary>
    public void NoteRead(long number)
    {
        LastRead = number;
        UnreadBytes = 0;
    }

    /// <summary>Applies the next update.</summary>
    public void Apply(Update update)
    {
        Data.Apply(update);
        UnreadBytes += update.Size;
    }
}
