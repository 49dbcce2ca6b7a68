using System.Management.Automation;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;

namespace ZProc.Jobs;

/// <summary>Sets the state of a job together with the reason, which the reference library of PowerShell does not offer.</summary>
internal static class JobReason
{
    /// <summary>Sets state and reason.</summary>
    /// <returns>False where this engine has no such member: nothing was set.</returns>
    public static bool TrySet(Job job, JobState state, Exception reason)
    {
        try
        {
            SetJobState(job, state, reason);
            return true;
        }
        catch (MissingMethodException expected)
        {
            // Expected: this engine has another member.
            ZProcEventSource.Log.FaultCaught(nameof(JobReason), expected);
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetJobState")]
    private static extern void SetJobState(Job job, JobState state, Exception? reason);
}
