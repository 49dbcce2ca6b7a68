using System.Diagnostics;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes.Windows;

/// <summary>
/// Kills what a child has started as soon as the child has ended. The end of the child's pipes is not enough to notice its end: a
/// program that the child started may hold them.
/// </summary>
internal static class ExitWatch
{
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(3);

    /// <summary>Begins to watch.</summary>
    /// <param name="child">The child and its tree.</param>
    public static void Begin(StartedChild child)
    {
        var process = child.Piped.Process;
        process.Exited += (_, _) => Kill(child.Tree);
        process.EnableRaisingEvents = true;
    }

    private static void Kill(ProcessTree tree)
    {
        if (Guard.Try(() => tree.Kill(KillBound)) is { } expected)
        {
            // Expected: the end of the child is complete, and its job is closed.
            ZProcEventSource.Log.FaultCaught(nameof(ExitWatch), expected);
        }
    }
}
