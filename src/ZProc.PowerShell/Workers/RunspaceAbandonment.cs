using System.Management.Automation.Runspaces;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Workers;

/// <summary>Closes a runspace whose script does not stop.</summary>
internal static class RunspaceAbandonment
{
    private static readonly TimeSpan CloseBound = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Begins to close a runspace on a background thread, which ends when the script does. Returns when the runspace is closing: at
    /// its end the session closes all runspaces that are open, and would wait for this one.
    /// </summary>
    public static void Begin(Runspace runspace)
    {
        ZProcEventSource.Log.RunspaceAbandoned(runspace.Name);
        using var closing = new ManualResetEventSlim();
        void OnChange(object? sender, RunspaceStateEventArgs change) => closing.Set();
        runspace.StateChanged += OnChange;
        if (runspace.RunspaceStateInfo.State != RunspaceState.Opened)
        {
            closing.Set();
        }

        try
        {
            BackgroundThread.Start(() => Close(runspace), "ZProc close");
            closing.Wait(CloseBound);
        }
        finally
        {
            runspace.StateChanged -= OnChange;
        }
    }

    private static void Close(Runspace runspace)
    {
        try
        {
            runspace.Dispose();
        }
#pragma warning disable CA1031 // closing runs code of modules and providers that the script loaded, which may throw anything
        catch (Exception expected)
#pragma warning restore CA1031
        {
            // Expected: the process was abandoned and has reported that. No receiver is left.
            ZProcEventSource.Log.FaultCaught(nameof(RunspaceAbandonment), expected);
        }
    }
}
