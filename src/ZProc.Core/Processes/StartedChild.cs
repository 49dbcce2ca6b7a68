using ZProc.Core.Processes.Windows;

namespace ZProc.Core.Processes;

/// <summary>A child that was just started, and the processes that it starts.</summary>
/// <param name="Piped">The child.</param>
/// <param name="Tree">The tree of the child.</param>
internal sealed record StartedChild(PipedProcess Piped, ProcessTree Tree)
{
    /// <summary>Starts a child.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static StartedChild Start(ChildProcessStart start)
    {
        if (!OperatingSystem.IsWindows())
        {
            var piped = PipedProcess.Start(start.ToStartInfo());
            return new StartedChild(piped, ProcessTree.Of(piped.Process, start.Lineage));
        }

        var job = JobObject.Create();
        try
        {
            var child = new StartedChild(WindowsStart.InJob(start.ToStartInfo(), job), new WindowsProcessTree(job));
            ExitWatch.Begin(child);
            return child;
        }
        catch
        {
            job.Dispose();
            throw;
        }
    }
}
