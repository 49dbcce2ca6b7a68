namespace ZProc.Core.Processes;

/// <summary>
/// Receives the events of a <see cref="ChildProcess"/>, on that child's own threads. While a method runs, the child waits. An
/// exception kills the child.
/// </summary>
public interface IChildObserver
{
    /// <summary>The child sent a frame. One at a time, in order.</summary>
    void OnFrame(ChildProcess child, Frame frame);

    /// <summary>The child, or a program it started, wrote a line of plain text to standard error. One at a time, in order.</summary>
    void OnText(ChildProcess child, string line);

    /// <summary>The child has ended, all its frames and lines have been received, and no process that it started is left. Comes last, and once.</summary>
    void OnExit(ChildProcess child, ChildExit exit);
}
