using System.Text;
using ZProc.Core.Processes;
using ZProc.Core.Tests.Processes;
using ZProc.StatePeer;

namespace ZProc.Core.Tests.Model;

/// <summary>The test's side of a peer: a program of its own, of which the first frame says what it does.</summary>
internal sealed class PeerProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "ZProc.StatePeer.exe" : "ZProc.StatePeer");

    private readonly ChildRecorder _recorder = new();
    private readonly ChildProcess _child;

    public PeerProgram(byte kind, ReadOnlyMemory<byte> payload = default)
        : this(new ChildProcessStart(Program, [], Lineage.Create()), kind, payload)
    {
    }

    private PeerProgram(ChildProcessStart start, byte kind, ReadOnlyMemory<byte> payload)
    {
        _child = ChildProcess.Start(start, _recorder);
        _child.Send(kind, payload);
    }

    /// <summary>What it wrote to standard output and standard error.</summary>
    public string Text => string.Join('\n', _recorder.Text);

    /// <summary>Its OS process id.</summary>
    public int Id => _child.Id;

    /// <summary>Starts a peer that may have no more than a number of descriptors open.</summary>
    public static PeerProgram StartWithFewDescriptors(int descriptors, byte kind, string payload = "") =>
        new(new ChildProcessStart("/bin/sh", ["-c", $"ulimit -n {descriptors}; exec '{Program}'"], Lineage.Create()), kind, Encoding.UTF8.GetBytes(payload));

    public void Send(byte kind, ReadOnlyMemory<byte> payload = default) => _child.Send(kind, payload);

    /// <summary>The next frame of the peer.</summary>
    /// <param name="patience">How long it may take; two minutes without it.</param>
    public Frame Next(TimeSpan? patience = null)
    {
        if (!_recorder.Frames.TryTake(out var frame, patience ?? Patience))
        {
            throw new TimeoutException($"The other process said nothing more. {Text}");
        }

        return frame.Kind == PeerFrame.Failed ? throw new InvalidOperationException(Encoding.UTF8.GetString(frame.Payload.Span)) : frame;
    }

    /// <summary>Sends the peer a signal.</summary>
    public void Signal(int signal) => Assert.Equal(0, Libc.Kill(_child.Id, signal));

    public void Dispose()
    {
        _child.CloseInput();
        _child.Dispose();
    }
}
