using System.Diagnostics;

namespace ZProc.Core.Server;

/// <summary>Somebody who was sent a challenge and has not proven the secret yet.</summary>
internal sealed class Stranger
{
    public Stranger(byte[] clientNonce, byte[] serverNonce)
    {
        ClientNonce = clientNonce;
        ServerNonce = serverNonce;
    }

    public byte[] ClientNonce { get; }

    public byte[] ServerNonce { get; }

    public long Since { get; } = Stopwatch.GetTimestamp();
}
