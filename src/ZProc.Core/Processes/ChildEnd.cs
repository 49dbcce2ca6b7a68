using System.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>
/// The end of a child: waits for its exit, kills the processes that it started, closes its pipes, and describes how it
/// ended. Each step runs even if the one before fails.
/// </summary>
internal sealed class ChildEnd
{
    private static readonly TimeSpan ExitBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TreeBound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TextBound = TimeSpan.FromSeconds(1);

    // The code of a child whose exit could not be seen.
    private const int UnknownCode = -1;

    private readonly PipedProcess _piped;
    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly ChildKiller _killer;
    private readonly FrameQueue _input;
    private readonly TextTail _text;
    private readonly Thread _textReader;
    private readonly long _outOfMemoryKills = OutOfMemoryKills.Count();

    /// <summary>Creates it at the start of the child.</summary>
    /// <param name="started">The child, and the processes that it starts.</param>
    /// <param name="killer">Kills the child.</param>
    /// <param name="input">The child's input.</param>
    /// <param name="text">The child's standard error.</param>
    /// <param name="textReader">The thread that reads the standard error.</param>
    public ChildEnd(StartedChild started, ChildKiller killer, FrameQueue input, TextTail text, Thread textReader)
    {
        _piped = started.Piped;
        _process = _piped.Process;
        _tree = started.Tree;
        _killer = killer;
        _input = input;
        _text = text;
        _textReader = textReader;
    }

    /// <summary>Ends the child, which has closed its output.</summary>
    /// <param name="reason">The failure that the child is killed for; null when there is none.</param>
    public ChildExit Complete(Exception? reason)
    {
        if (reason is not null)
        {
            _killer.Kill();
        }

        var code = UnknownCode;
        var waiting = Guard.Try(() => code = WaitForExit());
        RuntimeFiles.Remove([_process.Id]);
        var killing = Guard.Try(() => _tree.Kill(TreeBound));
        var closing = Guard.Try(Close);
        return Describe(new ChildExit(code, _text.Tail, reason ?? waiting ?? killing ?? closing));
    }

    private int WaitForExit()
    {
        // A child that has closed its output has nothing left to do.
        if (!_process.WaitForExit(ExitBound))
        {
            _killer.Kill();
            if (!_process.WaitForExit(KillBound))
            {
                throw new TimeoutException($"The process {_process.Id} does not end: it belongs to another user, or the system holds it.");
            }
        }

        return _process.ExitCode;
    }

    private void Close()
    {
        _input.Close();

        // The text ends when no process holds the pipe any more. A process that escaped the tree may hold it for long.
        _textReader.Join(TextBound);
        _piped.CloseOutput();
        _tree.Dispose();
    }

    private ChildExit Describe(ChildExit exit)
    {
        if (exit.WasRuntimeCrash && _text.Crash is { Length: > 0 } crash)
        {
            return exit with { LastText = crash };
        }

        return exit with { WasOutOfMemory = exit.WasKilled && !_killer.Used && OutOfMemoryKills.Count() > _outOfMemoryKills };
    }
}
