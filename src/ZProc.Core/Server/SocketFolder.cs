using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The folder of this user's sockets, which no other user may enter. Its path has to be short, because the system bounds the path of
/// a socket.
/// </summary>
internal static class SocketFolder
{
    private const string Extension = ".sock";
    private const string StartingExtension = ".new";
    private const int LongestPath = 100; // of 104 bytes on macOS and 108 elsewhere
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>An unused address in the folder; null where the system has no such sockets, or no folder is safe and short enough.</summary>
    public static UnixAddress? NewAddress()
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            return null;
        }

        foreach (var folder in Candidates())
        {
            var path = Path.Combine(folder, NewName());
            while (File.Exists(path))
            {
                path = Path.Combine(folder, NewName());
            }

            if (Encoding.UTF8.GetByteCount(path) <= LongestPath && TryPrepare(folder))
            {
                RemoveLeftOver(folder);
                return new UnixAddress(path);
            }
        }

        return null;
    }

    // Short, because contexts are named after it, and the path of a socket is bounded.
    private static string NewName() => Convert.ToHexString(RandomNumberGenerator.GetBytes(3)).ToLowerInvariant() + Extension;

    /// <summary>The path of a socket that is about to listen: unused, and no longer than most.</summary>
    public static string StartingPath(string path) => Path.Combine(Path.GetDirectoryName(path)!, Guid.NewGuid().ToString("N")[..8] + StartingExtension);

    /// <summary>Whether a server listens on a socket's file. The file of a server that was killed stays, and refuses connections.</summary>
    public static bool IsListenedOn(string path)
    {
        // Windows answers at once. Elsewhere a connect may wait for room in the queue of a server that hangs.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = OperatingSystem.IsWindows() };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            // A full queue of connections or a missing permission tells of a live server.
            return exception.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable);
        }
    }

    /// <summary>
    /// The folders to try. Root takes /run, where only root can make folders: another user could have prepared one in /tmp or, through
    /// sudo, own the one that the environment names.
    /// </summary>
    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "ZProc", "run");
            yield break;
        }

        if (Environment.IsPrivilegedProcess)
        {
            yield return "/run/zproc";
            yield return "/var/run/zproc";
            yield break;
        }

        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathFullyQualified(runtime))
        {
            yield return Path.Combine(runtime, "zproc");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"/tmp/zproc-{Libc.EffectiveUser()}");
    }

    /// <summary>Makes the folder, or checks that it is this user's own and private.</summary>
    internal static bool TryPrepare(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder); // below the user's own folder, which others may not enter
                return true;
            }

            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                return false; // the mode of another folder would be changed
            }

            if (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent && !Directory.Exists(parent))
            {
                return false;
            }

            Directory.CreateDirectory(folder, Private);
            File.SetUnixFileMode(folder, Private); // only the owner may change the mode, so a stranger's folder fails here
            return new DirectoryInfo(folder).LinkTarget is null;
        }
        catch (Exception expected) when (expected is IOException or UnauthorizedAccessException)
        {
            // Expected: the folder is somebody else's, or the file system is read-only. The next candidate is tried.
            ZProcEventSource.Log.FaultCaught(nameof(SocketFolder), expected);
            return false;
        }
    }

    /// <summary>Removes the sockets of servers that were killed.</summary>
    private static void RemoveLeftOver(string folder)
    {
        using var starts = FolderLock.TryTake(folder); // no server starts meanwhile
        if (starts is null)
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            try
            {
                if (path.EndsWith(StartingExtension, StringComparison.Ordinal) || (path.EndsWith(Extension, StringComparison.Ordinal) && !IsListenedOn(path)))
                {
                    File.Delete(path);
                }
            }
            catch (Exception expected) when (expected is IOException or UnauthorizedAccessException)
            {
                // Expected: another server removed the file in this moment.
                ZProcEventSource.Log.FaultCaught(nameof(SocketFolder), expected);
            }
        }
    }
}
