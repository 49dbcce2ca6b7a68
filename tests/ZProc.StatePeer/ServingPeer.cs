using System.Globalization;
using System.Text;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.Server;

namespace ZProc.StatePeer;

/// <summary>A server in a process of its own, until the test says that it ends.</summary>
internal static class ServingPeer
{
    /// <summary>Before the path of a folder, in the place of an endpoint: the state is kept there.</summary>
    public const string DurablePrefix = "durable:";

    public static void Run(ChildPipes pipes, ReadOnlyMemory<byte> endpoint)
    {
        var where = Encoding.UTF8.GetString(endpoint.Span);
        using var server = where.StartsWith(DurablePrefix, StringComparison.Ordinal)
            ? StateServer.Start(new DurableOptions(where[DurablePrefix.Length..]))
            : StateServer.Start(ServerMode.Address(where));
        pipes.Send(PeerFrame.Ready, Encoding.UTF8.GetBytes(server.Connection.Text));
        pipes.Read();
        pipes.Send(PeerFrame.Report, Encoding.UTF8.GetBytes(server.Statistics.MalformedMessages.ToString(CultureInfo.InvariantCulture)));
    }
}
