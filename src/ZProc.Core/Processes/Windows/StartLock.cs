using System.Diagnostics;
using System.Runtime.CompilerServices;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes.Windows;

/// <summary>
/// The lock under which .NET starts processes on Windows. Such a process inherits every handle that can be inherited at that moment, so
/// handles that are meant for one process are made inheritable under this lock alone.
/// </summary>
internal static class StartLock
{
    /// <summary>The lock; one of ZProc's own where .NET has another one.</summary>
    public static readonly object Value = Find();

    private static object Find()
    {
        try
        {
            return OfProcess(null);
        }
        catch (MissingFieldException expected)
        {
            // Expected: the field is not public, and another version of .NET may do without it.
            ZProcEventSource.Log.FaultCaught(nameof(StartLock), expected);
            return new object();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "s_createProcessLock")]
    private static extern ref object OfProcess(Process? type);
}
