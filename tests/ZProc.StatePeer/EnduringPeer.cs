using System.Text.Json;
using ZProc.Core;
using ZProc.Core.Processes;

namespace ZProc.StatePeer;

/// <summary>Enduring clients in a process of their own, until the test says that they end.</summary>
internal static class EnduringPeer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Run(ChildPipes pipes, ReadOnlyMemory<byte> payload)
    {
        var order = JsonSerializer.Deserialize<EnduranceOrder>(payload.Span)!;
        pipes.Send(PeerFrame.Ready, default);
        var clients = order.Names.Select(name => new EnduringClient(PeerClient.Connect(order.Address, Deadline.After(Patience)), name)).ToArray();
        foreach (var client in clients)
        {
            client.Start();
        }

        pipes.Read();
        var reports = clients.Select(client => client.End()).ToArray();
        pipes.Send(PeerFrame.Report, JsonSerializer.SerializeToUtf8Bytes(reports));
    }
}
