using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>
/// A child that talks in frames over its standard input and output, and in plain text over its standard error. See
/// <see cref="ChildPipes"/> for its side. When it ends, however it ends, whatever it started is killed.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan ExitBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TreeBound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TextBound = TimeSpan.FromSeconds(1);

    // For a child whose end could not be seen.
    private const int UnknownCode = -1;

    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly IChildObserver _observer;
    private readonly FrameQueue _input;
    private readonly TextLines _text;
    private readonly Thread _textReader;
    private readonly long _memoryKills = MemoryKills.Count();
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _killed;

    private ChildProcess(Process process, Lineage lineage, IChildObserver observer)
    {
        _process = process;
        _observer = observer;
        _tree = ProcessTree.Of(process, lineage);
        _input = new FrameQueue(process.StandardInput.BaseStream);
        _text = new TextLines(process.StandardError, line => observer.OnText(this, line));
        Id = process.Id;
        _textReader = new Thread(ReadText) { IsBackground = true, Name = $"ZProc text {Id}" };
    }

    /// <summary>Its OS process id.</summary>
    public int Id { get; }

    /// <summary>Completes right after <see cref="IChildObserver.OnExit"/>; never fails.</summary>
    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Starts a child.</summary>
    /// <exception cref="FaultException"><see cref="Fault.ProcessFailed"/>: it could not be started.</exception>
    public static ChildProcess Start(ChildProcessStart start, IChildObserver observer)
    {
        var info = new ProcessStartInfo(start.Executable, start.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = new UTF8Encoding(false),
            WorkingDirectory = start.WorkingDirectory ?? string.Empty,
        };
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        info.Environment[Lineage.Variable] = start.Lineage.Value;
        try
        {
            var child = new ChildProcess(Process.Start(info)!, start.Lineage, observer);
            Running[child] = true;
            child._textReader.Start();
            new Thread(child.Run) { IsBackground = true, Name = $"ZProc child {child.Id}" }.Start();
            return child;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new FaultException(Fault.ProcessFailed, $"'{start.Executable}' could not be started: {e.Message}", start.Executable, e);
        }
    }

    /// <summary>Waits until everything is seen to that the end of this process's children asks for: they must have been killed.</summary>
    /// <param name="bound">When to give up.</param>
    public static void AwaitAll(TimeSpan bound) => Task.WaitAll(Running.Keys.Select(child => child.Exited).ToArray(), bound);

    /// <summary>Sends a frame; never waits. A child that has ended does not get it.</summary>
    public void Send(byte kind, ReadOnlyMemory<byte> payload) => _input.Add(new Frame(kind, payload));

    /// <summary>Ends the child's input, as this process's own end would.</summary>
    public void CloseInput() => _input.Close();

    /// <summary>Kills it. What it started goes with it, before <see cref="IChildObserver.OnExit"/>.</summary>
    public void Kill()
    {
        _killed = true;
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It is not ours to kill, as under sudo. The end of its input tells it to go.
            CloseInput();
        }
    }

    /// <summary>Kills it if it still runs, and returns when it has ended.</summary>
    public void Dispose()
    {
        Kill();
        _exited.Task.Wait();
    }

    /// <summary>Reads until the child has nothing more to say, then sees to its end. Runs on a thread of its own: reading a pipe blocks.</summary>
    private void Run()
    {
        var code = UnknownCode;
        var reason = Try(Read);
        if (reason is not null)
        {
            Kill(); // it is of no use any more
        }

        var lost = Try(() => code = WaitForExit());
        RuntimeFiles.Remove([Id]);
        var left = Try(() => _tree.Kill(TreeBound));
        var open = Try(Close);
        var exit = Describe(new ChildExit(code, _text.Tail, reason ?? lost ?? left ?? open));
        Try(() => _observer.OnExit(this, exit));
        _exited.SetResult(exit);
        Running.TryRemove(this, out _);
    }

    private ChildExit Describe(ChildExit exit)
    {
        if (exit.WasGivenUp && _text.Crash is { Length: > 0 } crash)
        {
            return exit with { LastText = crash };
        }

        return exit with { WasOutOfMemory = exit.WasKilled && !_killed && MemoryKills.Count() > _memoryKills };
    }

    private void Read()
    {
        var output = _process.StandardOutput.BaseStream;
        while (Frame.Read(output) is { } frame)
        {
            _observer.OnFrame(this, frame);
        }
    }

    private int WaitForExit()
    {
        // A child that closed its output has nothing left to do but to end.
        if (!_process.WaitForExit(ExitBound))
        {
            Kill();
            _process.WaitForExit();
        }

        return _process.ExitCode;
    }

    private void Close()
    {
        _input.Close();

        // Its end comes when nobody has the pipe any more; one that got away from its tree shall not hold us up.
        _textReader.Join(TextBound);

        // The process leaves open what it gave to us.
        _process.StandardOutput.BaseStream.Dispose();
        _process.StandardError.BaseStream.Dispose();
        _process.Dispose();
        _tree.Dispose();
    }

    private void ReadText()
    {
        if (Try(_text.Read) is not null)
        {
            Kill();
        }
    }

    /// <summary>Does something whose failure, such as an observer's, must not take this whole process with it.</summary>
    private static Exception? Try(Action work)
    {
        try
        {
            work();
            return null;
        }
#pragma warning disable CA1031 // see above
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
    }
}
