namespace ZProc.Core.Server;

/// <summary>What a server has counted since it started.</summary>
public sealed class ServerStatistics
{
    private long _malformed;
    private long _refused;

    /// <summary>Messages that could not be understood and were dropped.</summary>
    public long MalformedMessages => Interlocked.Read(ref _malformed);

    /// <summary>Messages of strangers: wrong proofs, wrong tokens, too many at once.</summary>
    public long RefusedMessages => Interlocked.Read(ref _refused);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountRefused() => Interlocked.Increment(ref _refused);
}
