using System.Net;
using System.Net.Sockets;

namespace ZProc.Core.Tests.Engines;

/// <summary>
/// Free loopback ports for servers that are started again at the same port. They lie below the ports that systems give to outgoing
/// connections: a client that tries to reconnect to a dead server could else be given the server's port, and connect to itself.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A port that was free a moment ago.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next one may be free.
            }
        }
    }
}
