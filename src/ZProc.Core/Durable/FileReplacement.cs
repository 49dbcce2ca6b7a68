using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Durable;

/// <summary>Puts a new file in the place of another one.</summary>
public static class FileReplacement
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Moves a file to a name that another file may have. On Windows another program, such as a scanner, may have one of the two open for a
    /// moment: the move is then tried again, for about a second.
    /// </summary>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Move(string from, string to) =>
        Run(() => File.Move(from, to, overwrite: true), OperatingSystem.IsWindows() ? Patience : TimeSpan.Zero);

    internal static void Run(Action move, TimeSpan patience)
    {
        for (var start = Stopwatch.GetTimestamp(); ; Thread.Sleep(Pause))
        {
            try
            {
                move();
                return;
            }
            catch (Exception expected) when (expected is IOException or UnauthorizedAccessException && Stopwatch.GetElapsedTime(start) < patience)
            {
                // Expected on Windows: another program has the file open.
                ZProcEventSource.Log.FaultCaught(nameof(FileReplacement), expected);
            }
        }
    }
}
