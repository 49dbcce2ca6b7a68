using System.Globalization;
using System.Text;
using ZProc.Core.Processes;
using ZProc.Core.Server;

namespace ZProc.StatePeer;

/// <summary>A server in a process of its own, until the test says that it ends.</summary>
internal static class ServingPeer
{
    public static void Run(ChildPipes pipes, ReadOnlyMemory<byte> endpoint)
    {
        using var server = StateServer.Start(ServerMode.Address(Encoding.UTF8.GetString(endpoint.Span)));
        pipes.Send(PeerFrame.Ready, Encoding.UTF8.GetBytes(server.Connection.Text));
        pipes.Read();
        pipes.Send(PeerFrame.Report, Encoding.UTF8.GetBytes(server.Statistics.MalformedMessages.ToString(CultureInfo.InvariantCulture)));
    }
}
