using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Durable;

/// <summary>Uses a file that another program, such as a scanner, may have open for a moment, which on Windows refuses the use.</summary>
internal static class FilePatience
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How long to try on this system.</summary>
    public static TimeSpan OfSystem { get; } = OperatingSystem.IsWindows() ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;

    /// <summary>Does something, and tries again while it fails for a reason that may pass.</summary>
    /// <param name="use">What to do.</param>
    /// <param name="mayPass">Whether an exception has such a reason.</param>
    /// <param name="patience">How long to try.</param>
    public static T Run<T>(Func<T> use, Func<Exception, bool> mayPass, TimeSpan patience)
    {
        for (var start = Stopwatch.GetTimestamp(); ; Thread.Sleep(Pause))
        {
            try
            {
                return use();
            }
            catch (Exception expected) when (mayPass(expected) && Stopwatch.GetElapsedTime(start) < patience)
            {
                // Expected on Windows: another program has the file open.
                ZProcEventSource.Log.FaultCaught(nameof(FilePatience), expected);
            }
        }
    }
}
