namespace ZProc.Core.Client;

/// <summary>
/// The newest sequence that this process knows of, from the server's stream or from another process. Replicas show the stream's
/// sequence, so they are current only while nothing newer was observed elsewhere. Thread-safe.
/// </summary>
internal sealed class ObservedSequence
{
    private long _streamed;
    private long _observed;

    /// <summary>The sequence that the stream has reached.</summary>
    public long Streamed => Interlocked.Read(ref _streamed);

    /// <summary>The newest sequence known.</summary>
    public long Newest => Math.Max(Streamed, Interlocked.Read(ref _observed));

    /// <summary>Whether the stream has reached every sequence that was observed elsewhere.</summary>
    public bool IsStreamCurrent => Streamed >= Interlocked.Read(ref _observed);

    /// <summary>Notes the sequence of a message. Called in the order of the stream, by one thread at a time.</summary>
    public void Advance(long sequence)
    {
        if (sequence > _streamed)
        {
            Interlocked.Exchange(ref _streamed, sequence);
        }
    }

    /// <summary>Notes a sequence that another process has seen.</summary>
    public void Observe(long sequence)
    {
        long known;
        while ((known = Interlocked.Read(ref _observed)) < sequence)
        {
            Interlocked.CompareExchange(ref _observed, sequence, known);
        }
    }
}
