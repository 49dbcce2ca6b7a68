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

    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly IChildObserver _observer;
    private readonly FrameQueue _input;
    private readonly TextLines _text;
    private readonly Thread _textReader;
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
            child._textReader.Start();
            new Thread(child.Run) { IsBackground = true, Name = $"ZProc child {child.Id}" }.Start();
            return child;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new FaultException(Fault.ProcessFailed, $"'{start.Executable}' could not be started: {e.Message}", start.Executable, e);
        }
    }

    /// <summary>Sends a frame; never waits. A child that has ended does not get it.</summary>
    public void Send(byte kind, ReadOnlyMemory<byte> payload) => _input.Add(new Frame(kind, payload));

    /// <summary>Ends the child's input, as this process's own end would.</summary>
    public void CloseInput() => _input.Close();

    /// <summary>Kills it. What it started goes with it, before <see cref="IChildObserver.OnExit"/>.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
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
        Exception? reason = null;
        try
        {
            var output = _process.StandardOutput.BaseStream;
            while (Frame.Read(output) is { } frame)
            {
                _observer.OnFrame(this, frame);
            }
        }
#pragma warning disable CA1031 // whatever it is: the child is then of no use, and the reason is reported
        catch (Exception e)
#pragma warning restore CA1031
        {
            reason = e;
            Kill();
        }

        // A child that closed its output has nothing left to do but to end.
        if (!_process.WaitForExit(ExitBound))
        {
            Kill();
            _process.WaitForExit();
        }

        _tree.Kill(TreeBound);
        _input.Close();

        // Its end comes when nobody has the pipe any more; one that got away from its tree shall not hold us up.
        _textReader.Join(TextBound);
        var exit = new ChildExit(_process.ExitCode, _text.Tail, reason);
        _process.Dispose();
        _tree.Dispose();
        try
        {
            _observer.OnExit(this, exit);
        }
        finally
        {
            _exited.SetResult(exit);
        }
    }

    private void ReadText()
    {
        try
        {
            _text.Read();
        }
#pragma warning disable CA1031 // a failing observer must not take the whole process with it
        catch (Exception)
#pragma warning restore CA1031
        {
            Kill();
        }
    }
}
