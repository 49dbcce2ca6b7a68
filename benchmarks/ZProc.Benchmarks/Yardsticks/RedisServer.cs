using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ZProc.Benchmarks.Yardsticks;

/// <summary>A <c>redis-server</c> on a Unix domain socket and on a TCP port.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private RedisServer(Process process, string path, int port)
    {
        _process = process;
        Path = path;
        Port = port;
    }

    /// <summary>The file of its socket.</summary>
    public string Path { get; }

    public int Port { get; }

    /// <summary>Starts it; null when it is not installed.</summary>
    /// <param name="folder">The folder of its files.</param>
    /// <param name="flushes">Whether each write is on disk before its reply; if not, nothing is kept on disk.</param>
    public static RedisServer? Start(string folder, bool flushes = false)
    {
        var path = System.IO.Path.Combine(folder, "redis");
        var port = FreePort();
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(
                "redis-server",
                [
                    "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--unixsocket", path, "--save", "", "--appendonly", flushes ? "yes" : "no", "--appendfsync", "always",
                    "--dir", folder, "--daemonize", "no", "--loglevel", "warning",
                ])
            { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            return null; // Expected: it is not installed
        }

        var begin = Stopwatch.GetTimestamp();
        while (!File.Exists(path) && !process.HasExited && Stopwatch.GetElapsedTime(begin) < StartBound)
        {
            Thread.Sleep(10);
        }

        return new RedisServer(process, path, port);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
