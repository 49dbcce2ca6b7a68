using System.Runtime.InteropServices;

namespace ZProc.Core.Processes.Windows;

/// <summary>PROCESS_INFORMATION: a process that was just made.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ProcessInformation
{
    public nint Process;
    public nint Thread;
    public int ProcessId;
    public int ThreadId;
}
