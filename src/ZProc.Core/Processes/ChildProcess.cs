using System.ComponentModel;

namespace ZProc.Core.Processes;

/// <summary>
/// A child that exchanges frames over its standard input and output, and writes plain text to its standard error.
/// <see cref="ChildPipes"/> is the child's side. However the child ends, <see cref="ChildEnd"/> kills the processes that it started.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private readonly PipedProcess _process;
    private readonly IChildObserver _observer;
    private readonly FrameQueue _input;
    private readonly LineReader _text;
    private readonly Thread _textReader;
    private readonly ChildKiller _killer;
    private readonly ChildEnd _end;
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(StartedChild started, IChildObserver observer)
    {
        _process = started.Piped;
        Id = _process.Process.Id;
        _observer = observer;
        _input = new FrameQueue(_process.Input);
        _killer = new ChildKiller(_process.Process, _input);
        var tail = new TextTail();
        _text = new LineReader(_process.Text, line =>
        {
            tail.Add(line);
            observer.OnText(this, line);
        });
        _textReader = new Thread(ReadText) { IsBackground = true, Name = $"ZProc text {Id}" };
        _end = new ChildEnd(started, _killer, _input, tail, _textReader);
    }

    /// <summary>Its OS process id.</summary>
    public int Id { get; }

    /// <summary>Completes right after <see cref="IChildObserver.OnExit"/>; never fails.</summary>
    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Starts a child.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ProcessFailed"/>: the program could not be started.</exception>
    public static ChildProcess Start(ChildProcessStart start, IChildObserver observer)
    {
        StartedChild? started = null;
        ChildProcess? child = null;
        try
        {
            started = StartedChild.Start(start);
            child = new ChildProcess(started, observer);
            RunningChildren.Add(child);
            child._textReader.Start();
            new Thread(child.Run) { IsBackground = true, Name = $"ZProc child {child.Id}" }.Start();
            return child;
        }
        catch (Exception e) when (e is Win32Exception or IOException or OutOfMemoryException)
        {
            Discard(started, child);
            throw new FaultException(Fault.ProcessFailed, $"'{start.Executable}' could not be started: {e.Message}", start.Executable, e);
        }
        catch
        {
            Discard(started, child);
            throw;
        }
    }

    /// <summary>Waits until the end of every child of this process is complete. The caller has killed them.</summary>
    /// <param name="bound">When to give up.</param>
    public static void WaitForAll(TimeSpan bound) => RunningChildren.WaitForAll(bound);

    /// <summary>Sends a frame; never waits. A child that has ended does not get it.</summary>
    public void Send(byte kind, ReadOnlyMemory<byte> payload) => _input.Add(new Frame(kind, payload));

    /// <summary>Ends the child's input, as the end of this process would.</summary>
    public void CloseInput() => _input.Close();

    /// <summary>Kills the child. The processes that it started are killed before <see cref="IChildObserver.OnExit"/>.</summary>
    public void Kill() => _killer.Kill();

    /// <summary>Kills the child if it still runs, and returns when its end is complete.</summary>
    public void Dispose()
    {
        Kill();
        _exited.Task.Wait();
    }

    /// <summary>Ends a child that was started and cannot be used. Each step runs even if the one before fails.</summary>
    private static void Discard(StartedChild? started, ChildProcess? child)
    {
        if (started is null)
        {
            return;
        }

        Guard.Try(started.Piped.Process.Kill);
        if (child is not null)
        {
            RunningChildren.Remove(child);
            Guard.Try(child._input.Close);
            started.Piped.CloseOutput();
        }
        else
        {
            started.Piped.Dispose();
        }

        started.Tree.Dispose();
    }

    /// <summary>Reads the child's output to its end, then ends the child. Runs on a thread of its own, because reading a pipe blocks.</summary>
    private void Run()
    {
        var exit = _end.Complete(reason: Guard.Try(ReadFrames));
        Guard.Try(() => _observer.OnExit(this, exit));
        _exited.SetResult(exit);
        RunningChildren.Remove(this);
    }

    private void ReadFrames()
    {
        while (Frame.Read(_process.Output) is { } frame)
        {
            _observer.OnFrame(this, frame);
        }
    }

    private void ReadText()
    {
        if (Guard.Try(_text.Read) is not null)
        {
            Kill();
        }
    }
}
