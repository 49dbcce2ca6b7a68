using System.Collections.Concurrent;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>Records the frames and the text of a child.</summary>
internal sealed class ChildRecorder : IChildObserver
{
    public BlockingCollection<Frame> Frames { get; } = [];

    public ConcurrentQueue<string> Text { get; } = new();

    public int Exits { get; private set; }

    public void OnFrame(ChildProcess child, Frame frame) => Frames.Add(frame);

    public void OnText(ChildProcess child, string line) => Text.Enqueue(line);

    public void OnExit(ChildProcess child, ChildExit exit)
    {
        Exits++;
        Frames.CompleteAdding();
    }

    public Frame Next() => Frames.TryTake(out var frame, TestValues.Soon) ? frame : throw new TimeoutException("The child said nothing.");
}
