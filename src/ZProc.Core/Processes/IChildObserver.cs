namespace ZProc.Core.Processes;

/// <summary>
/// Hears from a <see cref="ChildProcess"/>, on that child's own threads: it may take its time, but then the child waits.
/// What it throws kills the child.
/// </summary>
public interface IChildObserver
{
    /// <summary>The child sent a frame. One at a time, in order.</summary>
    void OnFrame(ChildProcess child, Frame frame);

    /// <summary>The child, or a program it started, wrote a line of plain text to standard error. One at a time, in order.</summary>
    void OnText(ChildProcess child, string line);

    /// <summary>The child has ended, everything it wrote has been heard, and nothing it started is left. Comes last, and once.</summary>
    void OnExit(ChildProcess child, ChildExit exit);
}
