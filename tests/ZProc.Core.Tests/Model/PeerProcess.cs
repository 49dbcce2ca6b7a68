using MessagePack;
using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>The test's side of a peer that does its share of a workload.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly PeerProgram _program;

    public PeerProcess(WorkloadOrder order, int firstNumber, IReadOnlyList<string> connections)
    {
        _program = new PeerProgram(PeerFrame.Order, order.Write(firstNumber, connections));
        Next(PeerFrame.Ready);
    }

    /// <summary>The observations of the peer's clients.</summary>
    public List<Observation> Log { get; } = [];

    /// <summary>The updates that each watch of these clients saw, client by client.</summary>
    public List<long[]> Watched { get; } = [];

    public void Begin() => _program.Send(PeerFrame.Begin);

    /// <summary>Waits until the peer's clients have done their work.</summary>
    public void Wait(TimeSpan patience) => Next(PeerFrame.Done, patience);

    /// <summary>Tells the peer which sequence and revisions its clients have to reach, and waits until they have.</summary>
    public void Finish(long sequence, IReadOnlyList<long> revisions)
    {
        _program.Send(PeerFrame.End, MessagePackSerializer.Serialize<long[]>([sequence, .. revisions]));
        Next(PeerFrame.Done);
    }

    public void Dispose() => _program.Dispose();

    private void Next(byte awaited, TimeSpan? patience = null)
    {
        while (true)
        {
            var frame = _program.Next(patience);
            switch (frame.Kind)
            {
                case PeerFrame.Log:
                    Log.AddRange(ObservationFormat.Read(frame.Payload));
                    break;
                case PeerFrame.Watched:
                    Watched.Add(MessagePackSerializer.Deserialize<long[]>(frame.Payload));
                    break;
                case var kind when kind == awaited:
                    return;
            }
        }
    }
}
