using ZProc.Core.Diagnostics;

namespace ZProc.Core.Server;

/// <summary>The counters of a server since it started. Thread-safe.</summary>
public sealed class ServerStatistics
{
    private long _malformed;
    private long _refused;

    /// <summary>Malformed messages, which the server dropped.</summary>
    public long MalformedMessages => Interlocked.Read(ref _malformed);

    /// <summary>Messages that the server refused: wrong proofs, wrong tokens, too many handshakes.</summary>
    public long RefusedMessages => Interlocked.Read(ref _refused);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountRefused()
    {
        Interlocked.Increment(ref _refused);
        ZProcEventSource.Log.FrameRefused();
    }
}
