using System.Text;
using MessagePack;
using ZProc.Core.Processes;
using ZProc.Core.Tests.Processes;
using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>The test's side of a peer, which is a program of its own.</summary>
internal sealed class PeerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ZProc.StatePeer.exe" : "ZProc.StatePeer");

    private readonly ChildRecorder _recorder = new();
    private readonly ChildProcess _child;

    public PeerProcess(WorkloadOrder order, int firstNumber, IReadOnlyList<string> connections)
    {
        _child = ChildProcess.Start(new ChildProcessStart(Program, [], Lineage.Create()), _recorder);
        _child.Send(PeerFrame.Order, order.Write(firstNumber, connections));
        Next(PeerFrame.Ready);
    }

    /// <summary>The observations of the peer's clients.</summary>
    public List<Observation> Log { get; } = [];

    /// <summary>The updates that each watch of these clients saw, client by client.</summary>
    public List<long[]> Watched { get; } = [];

    public void Begin() => _child.Send(PeerFrame.Begin, default);

    /// <summary>Waits until the peer's clients have done their work.</summary>
    public void Wait() => Next(PeerFrame.Done);

    /// <summary>Tells the peer which sequence and revisions its clients have to reach, and waits until they have.</summary>
    public void Finish(long sequence, IReadOnlyList<long> revisions)
    {
        _child.Send(PeerFrame.End, MessagePackSerializer.Serialize<long[]>([sequence, .. revisions]));
        Next(PeerFrame.Done);
    }

    public void Dispose()
    {
        _child.CloseInput();
        _child.Dispose();
    }

    private void Next(byte awaited)
    {
        while (true)
        {
            if (!_recorder.Frames.TryTake(out var frame, Patience))
            {
                throw new TimeoutException($"The other process said nothing more. {string.Join('\n', _recorder.Text)}");
            }

            switch (frame.Kind)
            {
                case PeerFrame.Log:
                    Log.AddRange(ObservationFormat.Read(frame.Payload));
                    break;
                case PeerFrame.Watched:
                    Watched.Add(MessagePackSerializer.Deserialize<long[]>(frame.Payload));
                    break;
                case PeerFrame.Failed:
                    throw new InvalidOperationException(Encoding.UTF8.GetString(frame.Payload.Span));
                case var kind when kind == awaited:
                    return;
            }
        }
    }
}
