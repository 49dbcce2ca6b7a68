using System.Diagnostics;
using ZProc.Core;

namespace ZProc.Progress;

/// <summary>
/// How often commands of ZProc show progress in the script of a process. Its records wait until a session receives them, so the time
/// between two of them grows with the script's age: a script that waits again and again for days leaves some hundred records, and
/// not millions. For the runspace's pipeline.
/// </summary>
internal sealed class ProgressPace
{
    private const double ShareOfAge = 0.1;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    private long _first; // the time of the first record; 0 before

    /// <summary>When the next record may be shown; null before the first one.</summary>
    public Deadline? Next { get; private set; }

    /// <summary>Notes a record.</summary>
    public void Note()
    {
        _first = _first == 0 ? Stopwatch.GetTimestamp() : _first;
        var share = Stopwatch.GetElapsedTime(_first) * ShareOfAge;
        Next = Deadline.After(share > Shortest ? share : Shortest);
    }
}
