using ZProc.Core.Server;

namespace ZProc.Benchmarks.Peers;

/// <summary>An OS process that runs a server until its standard input ends. Its first line of output is the connection string.</summary>
internal static class ServerPeer
{
    public const string Role = "server-peer";

    public static int Serve()
    {
        using var server = StateServer.Start();
        Console.WriteLine(server.Connection.Text);
        Console.In.ReadToEnd();
        return 0;
    }
}
