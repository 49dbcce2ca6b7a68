using System.Net.Sockets;

namespace ZProc.Core.Wire;

/// <summary>What the errors of a socket that does not block mean.</summary>
internal static class SocketErrors
{
    /// <summary>Whether an error only says that the socket is not ready now.</summary>
    public static bool MeansNotReady(this SocketError error) => error is SocketError.WouldBlock or SocketError.IOPending or SocketError.TryAgain;
}
