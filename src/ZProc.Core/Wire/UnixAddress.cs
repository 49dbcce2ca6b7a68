using System.Net.Sockets;

namespace ZProc.Core.Wire;

/// <summary>A Unix domain socket of this machine.</summary>
/// <param name="Path">The full path of the socket's file.</param>
public sealed record UnixAddress(string Path) : ServerAddress
{
    internal const string Scheme = "ipc://";

    private const int LongestConnect = 500; // ms; a stopped server's queue of connections may be full

    /// <inheritdoc/>
    public override string Endpoint => Scheme + Path;

    /// <inheritdoc/>
    public override string ShortName => System.IO.Path.GetFileNameWithoutExtension(Path);

    // On Windows nothing checks who may write to the socket's folder.
    internal override bool IsSealed => OperatingSystem.IsWindows();

    // Elsewhere a full queue of connections is refused as well.
    internal override bool RefusalIsFinal => OperatingSystem.IsLinux();

    internal override Socket Connect(CancellationToken cancellation)
    {
        UnixDomainSocketEndPoint end;
        try
        {
            end = new UnixDomainSocketEndPoint(Path);
        }
        catch (PlatformNotSupportedException exception)
        {
            throw new FaultException(Fault.CannotConnect, $"No server listens at {Endpoint}: this system has no Unix domain sockets. Start the server with -Endpoint tcp://127.0.0.1:0.", Endpoint, exception);
        }
        catch (ArgumentException exception)
        {
            throw new FaultException(Fault.CannotConnect, $"No server listens at {Endpoint}: the path is too long for a socket. Take the whole string from the context to join.", Endpoint, exception);
        }

        return Connect(
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = LongestConnect },
            socket => socket.Connect(end),
            cancellation);
    }
}
