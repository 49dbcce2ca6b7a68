using Microsoft.Win32.SafeHandles;
using ZProc.Core.Diagnostics;

namespace ZProc.Core;

/// <summary>
/// File descriptors that the OS process keeps for the end of its contexts. Each thread takes two, each look at another process one.
/// A session that has used up its descriptors could otherwise neither end its processes nor report an error. Thread-safe.
/// </summary>
public static class DescriptorReserve
{
    /// <summary>How many descriptors are kept. The end of a context starts a few threads at the same time, and frees others with each process that ends.</summary>
    public const int Size = 12;

    private static readonly object Gate = new();
    private static readonly List<SafeFileHandle> Kept = [];

    /// <summary>Keeps as many as there are, up to <see cref="Size"/>. Windows has no limit that matters, so nothing is kept there.</summary>
    public static void Fill()
    {
        lock (Gate)
        {
            try
            {
                while (!OperatingSystem.IsWindows() && Kept.Count < Size)
                {
                    Kept.Add(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Expected: there are no more. The next context tries again.
                ZProcEventSource.Log.FaultCaught(nameof(DescriptorReserve), e);
            }
        }
    }

    /// <summary>Frees the descriptors for what comes next.</summary>
    /// <returns>Whether there were any.</returns>
    public static bool Release()
    {
        lock (Gate)
        {
            var any = Kept.Count > 0;
            Kept.ForEach(static handle => handle.Dispose());
            Kept.Clear();
            return any;
        }
    }
}
