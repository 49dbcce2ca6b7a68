using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ZProc.Core.Wire;

/// <summary>A TCP port.</summary>
/// <param name="Host">The host name or address.</param>
/// <param name="Port">The port; 0 for a free one, before the server listens.</param>
public sealed record TcpAddress(string Host, int Port) : ServerAddress
{
    internal const string Scheme = "tcp://";

    /// <inheritdoc/>
    public override string Endpoint => $"{Scheme}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <inheritdoc/>
    public override string ShortName => Port.ToString(CultureInfo.InvariantCulture);

    internal override bool IsSealed => true;

    internal override bool RefusalIsFinal => false;

    internal override Socket Connect(CancellationToken cancellation)
    {
        var addresses = Dns.GetHostAddressesAsync(Host, cancellation).GetAwaiter().GetResult();
        return Connect(
            new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, socket => socket.Connect(addresses, Port), cancellation);
    }
}
