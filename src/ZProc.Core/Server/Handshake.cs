using System.Diagnostics;

namespace ZProc.Core.Server;

/// <summary>A handshake in progress: the server has sent its challenge, the client has not proven the secret yet.</summary>
internal sealed class Handshake
{
    public Handshake(byte[] clientNonce, byte[] serverNonce)
    {
        ClientNonce = clientNonce;
        ServerNonce = serverNonce;
    }

    public byte[] ClientNonce { get; }

    public byte[] ServerNonce { get; }

    /// <summary>When it began, as a <see cref="Stopwatch"/> timestamp.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();
}
