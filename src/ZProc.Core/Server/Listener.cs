using System.Net;
using System.Net.Sockets;
using ZProc.Core.Diagnostics;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>The socket on which a server accepts connections.</summary>
internal sealed class Listener : IDisposable
{
    /// <summary>A free port of the loopback interface.</summary>
    public static readonly TcpAddress Loopback = new("127.0.0.1", 0);

    private const int Backlog = 512;

    private Listener(Socket socket, ServerAddress address)
    {
        Socket = socket;
        Address = address;
        socket.Blocking = false;
    }

    public Socket Socket { get; }

    /// <summary>The address, with the port that the system has chosen.</summary>
    public ServerAddress Address { get; }

    /// <summary>Listens.</summary>
    /// <exception cref="FaultException">CannotConnect: the address cannot be listened on.</exception>
    public static Listener Open(ServerAddress address)
    {
        try
        {
            return address is UnixAddress unix ? Open(unix) : Open((TcpAddress)address);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            var reason = exception switch
            {
                SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => address is UnixAddress
                    ? "a server listens there already."
                    : "the port is in use.",
                ArgumentOutOfRangeException => "the path is too long for a socket.",
                SocketException { SocketErrorCode: SocketError.AddressFamilyNotSupported } or PlatformNotSupportedException when address is UnixAddress =>
                    "this system has no Unix domain sockets.",
                _ when address is UnixAddress => $"the socket's file cannot be made ({exception.Message}).",
                _ => "this machine does not have the address or may not use it.",
            };
            throw new FaultException(
                Fault.CannotConnect,
                $"The server cannot listen on {address.Endpoint}: {reason} Choose another endpoint, or leave it out for a private one on this machine.",
                address.Endpoint,
                exception);
        }
    }

    /// <summary>Listens where nobody asked for this address: on a free port of the loopback interface where it cannot be listened on.</summary>
    /// <exception cref="FaultException">CannotConnect: there is no such port either.</exception>
    public static Listener OpenPrivate(ServerAddress address)
    {
        try
        {
            return Open(address);
        }
        catch (FaultException expected) when (address is UnixAddress)
        {
            // Expected: not every system and every file system that seems to have such sockets lets a server make one.
            ZProcEventSource.Log.FaultCaught(nameof(Listener), expected);
            return Open(Loopback);
        }
    }

    public void Dispose()
    {
        // First the file: as long as the socket listens, no other server takes the file over.
        if (Address is UnixAddress unix)
        {
            try
            {
                File.Delete(unix.Path);
            }
            catch (Exception expected) when (expected is IOException or UnauthorizedAccessException)
            {
                // Expected: its folder was removed meanwhile, or is somebody else's now.
                ZProcEventSource.Log.FaultCaught(nameof(Listener), expected);
            }
        }

        Socket.Dispose();
    }

    private static Listener Open(UnixAddress address)
    {
        _ = new UnixDomainSocketEndPoint(address.Path); // refuses a path that is too long
        CheckFolder(address.Path);
        using var folder = FolderLock.TryTake(Path.GetDirectoryName(address.Path)!); // of servers that start at one path, one starts
        if (File.Exists(address.Path))
        {
            if (SocketFolder.IsListenedOn(address.Path))
            {
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }

            if (new FileInfo(address.Path).Length > 0)
            {
                throw new IOException("a file that is no socket has its name");
            }
        }

        // The file gets its name when the socket listens, so no other server takes it for one that was left over. On Windows, where
        // nothing says that the name of a socket may change, only the lock of the folder prevents that.
        var starting = OperatingSystem.IsWindows() ? address.Path : SocketFolder.StartingPath(address.Path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                File.Delete(starting);
                socket.Bind(new UnixDomainSocketEndPoint(starting));
                socket.Listen(Backlog);
                return new Listener(socket, address);
            }

            socket.Bind(new UnixDomainSocketEndPoint(starting));
            File.SetUnixFileMode(starting, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            File.Move(starting, address.Path, overwrite: true);
            return new Listener(socket, address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Checks that no other user can put another socket in the place of this one, because frames over it are not sealed.</summary>
    private static void CheckFolder(string path)
    {
        if (!OperatingSystem.IsWindows()
            && File.GetUnixFileMode(Path.GetDirectoryName(path)!) is var mode
            && (mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0
            && !mode.HasFlag(UnixFileMode.StickyBit))
        {
            throw new UnauthorizedAccessException("other users may write to its folder");
        }
    }

    private static Listener Open(TcpAddress address)
    {
        var host = IPAddress.TryParse(address.Host, out var parsed) ? parsed
            : address.Host == "*" ? IPAddress.Any
            : Dns.GetHostAddresses(address.Host).FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
        var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(new IPEndPoint(host, address.Port));
            socket.Listen(Backlog);
            return new Listener(socket, address with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port });
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
