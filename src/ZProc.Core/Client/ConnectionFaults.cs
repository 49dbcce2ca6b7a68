using System.Net.Sockets;

namespace ZProc.Core.Client;

/// <summary>The errors of connections, in the words of the user's side.</summary>
internal static class ConnectionFaults
{
    /// <summary>Whether an error means that no server listens at the address, or that the address cannot be reached.</summary>
    public static bool IsUnreachable(SocketException exception) => exception.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable
        or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NoData
        or SocketError.AccessDenied or SocketError.TryAgain or SocketError.InvalidArgument;

    /// <summary>Nothing listens at the address.</summary>
    public static FaultException NoServer(string endpoint, SocketException exception) => new(
        Fault.CannotConnect, $"No server listens at {endpoint}. Check that the context still runs and that the connection string is its own.", endpoint, exception);

    /// <summary>Something listens at the address, and did not prove in time that it knows the secret.</summary>
    public static FaultException Unproven(string endpoint, Exception exception) => new(
        Fault.CannotConnect,
        $"The program that listens at {endpoint} did not prove in time to be the server of this connection string. If the server is busy, use a longer -TimeoutSec.",
        endpoint,
        exception);

    /// <summary>The server cannot be reached any more.</summary>
    public static FaultException Gone(string endpoint, string why) => new(
        Fault.ConnectionLost, $"The server at {endpoint} is gone.{why} A write without a reply may or may not have been made.", endpoint);

    /// <summary>Another server, with the same secret or another one, has taken the place of the client's server.</summary>
    public static FaultException Restarted(string endpoint) => new(
        Fault.ConnectionLost, $"The server at {endpoint} was restarted and has a new state. Connect again and read the new state.", endpoint);

    /// <summary>The server breaks the protocol again and again.</summary>
    public static FaultException NotUnderstood(string endpoint, Exception exception) => new(
        Fault.ConnectionLost, $"The messages of the server at {endpoint} cannot be understood: {exception.Message} Connect again.", endpoint, exception);

    /// <summary>A fault of the client's own.</summary>
    public static FaultException Failed(string endpoint, Exception exception) => new(
        Fault.ConnectionLost, $"The connection to {endpoint} failed: {exception.Message} Connect again.", endpoint, exception);

    /// <summary>The server has said that it stops.</summary>
    /// <param name="loss">What the server could not write to its disk at its end, which is then the cause; null for nothing.</param>
    public static FaultException Stopped(FaultException? loss) => new(
        Fault.ContextStopped,
        $"The owner of the context has stopped it.{(loss is null ? "" : $" {loss.Message}")} Start another context or connect to one.",
        inner: loss);
}
