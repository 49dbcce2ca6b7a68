using System.Text;
using MessagePack;
using ZProc.Core;
using ZProc.Core.Processes;

namespace ZProc.StatePeer;

/// <summary>
/// The other OS process of a concurrent test. Its clients do their share here, and it reports their observations.
/// Everything goes through the pipes, the addresses first, since other users can see arguments. With the argument
/// <c>serve</c> it is a server instead.
/// </summary>
internal static class Program
{
    private const int ObservationsInFrame = 5_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static void Main(string[] arguments)
    {
        if (arguments is ["serve", var endpoint])
        {
            ServerMode.Run(endpoint);
            return;
        }

        var pipes = ChildPipes.TakeOver();
        try
        {
            var first = pipes.Read()!.Value;
            switch (first.Kind)
            {
                case PeerFrame.Serve:
                    ServingPeer.Run(pipes, first.Payload);
                    break;
                case PeerFrame.Endure:
                    EnduringPeer.Run(pipes, first.Payload);
                    break;
                case PeerFrame.Hold:
                    HoldingPeer.Run(pipes, first.Payload);
                    break;
                default:
                    Work(pipes, first.Payload);
                    break;
            }
        }
#pragma warning disable CA1031 // the test is told
        catch (Exception exception)
#pragma warning restore CA1031
        {
            pipes.Send(PeerFrame.Failed, Encoding.UTF8.GetBytes(exception.ToString()));
        }

        pipes.Read();
    }

    private static void Work(ChildPipes pipes, ReadOnlyMemory<byte> work)
    {
        var order = WorkloadOrder.Read(work, out var firstNumber, out var connections);
        var clients = connections.Select(connection => PeerClient.Connect(connection, Deadline.After(Patience))).ToArray();
        var workloads = clients.Select((client, i) => new Workload(client, firstNumber + i, order)).ToArray();
        pipes.Send(PeerFrame.Ready, default);
        pipes.Read();
        Task.WaitAll([.. workloads.Select(workload => workload.RunAsync())]);
        SendLogs(pipes, workloads);
        pipes.Send(PeerFrame.Done, default);

        var end = MessagePackSerializer.Deserialize<long[]>(pipes.Read()!.Value.Payload);
        foreach (var workload in workloads)
        {
            foreach (var seen in workload.Finish(end[0], end[1..]))
            {
                pipes.Send(PeerFrame.Watched, MessagePackSerializer.Serialize(seen));
            }
        }

        SendLogs(pipes, workloads);
        pipes.Send(PeerFrame.Done, default);
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private static void SendLogs(ChildPipes pipes, IEnumerable<Workload> workloads)
    {
        foreach (var part in workloads.SelectMany(workload => workload.TakeLog()).Chunk(ObservationsInFrame))
        {
            pipes.Send(PeerFrame.Log, ObservationFormat.Write(part));
        }
    }
}
