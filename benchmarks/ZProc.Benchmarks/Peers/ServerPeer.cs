using ZProc.Core.Durable;
using ZProc.Core.Server;

namespace ZProc.Benchmarks.Peers;

/// <summary>An OS process that runs a server until its standard input ends. Its first line of output is the connection string.</summary>
internal static class ServerPeer
{
    public const string Role = "server-peer";

    /// <param name="state">Nothing for a state in memory, or its folder and its durability.</param>
    public static int Serve(params string[] state)
    {
        using var server = state is [var folder, var durability] ? StateServer.Start(new DurableOptions(folder, Enum.Parse<Durability>(durability))) : StateServer.Start();
        Console.WriteLine(server.Connection.Text);
        Console.In.ReadToEnd();
        return 0;
    }
}
