using ZProc.Core;
using ZProc.Core.Server;
using ZProc.Core.Wire;

namespace ZProc.StatePeer;

/// <summary>A server in an OS process of its own: it writes its connection string to standard output, and ends with standard input.</summary>
internal static class ServerMode
{
    public static void Run(string endpoint)
    {
        try
        {
            using var server = StateServer.Start(Address(endpoint));
            Console.Out.WriteLine(server.Connection.Text);
            Console.In.ReadToEnd();
        }
        catch (FaultException fault)
        {
            Console.Out.WriteLine($"{fault.Fault}: {fault.Message}");
        }
    }

    /// <summary>The address of an endpoint; null for an empty one, which leaves the choice to the server.</summary>
    public static ServerAddress? Address(string endpoint) =>
        endpoint.StartsWith("ipc://", StringComparison.Ordinal) ? new UnixAddress(endpoint["ipc://".Length..])
        : endpoint.StartsWith("tcp://", StringComparison.Ordinal) ? new TcpAddress(new Uri(endpoint).Host, new Uri(endpoint).Port)
        : null;
}
