using System.Globalization;
using ZProc.Benchmarks.Yardsticks;

namespace ZProc.Benchmarks.Peers;

/// <summary>An OS process with the servers of the bare echoes, until its standard input ends.</summary>
internal static class EchoPeer
{
    public const string Role = "echo-peer";

    /// <summary>Serves. The first line of input is the file of the Unix domain socket; the line of output is the port of NetMQ's echo.</summary>
    public static int Serve()
    {
        using var echo = new SocketEcho(Console.In.ReadLine()!);
        Console.WriteLine(ZeroMqEcho.Start().ToString(CultureInfo.InvariantCulture));
        Console.In.ReadToEnd();
        return 0;
    }
}
