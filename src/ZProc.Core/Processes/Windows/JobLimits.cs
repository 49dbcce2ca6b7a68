using System.Runtime.InteropServices;

namespace ZProc.Core.Processes.Windows;

/// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are used.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JobLimits
{
    /// <summary>The system kills the job when its last handle closes.</summary>
    public const uint KillOnClose = 0x2000;

    /// <summary>A process of the job may start one outside, when it asks for that.</summary>
    public const uint BreakawayOk = 0x800;

    public long PerProcessUserTimeLimit;
    public long PerJobUserTimeLimit;
    public uint LimitFlags;
    public nuint MinimumWorkingSetSize;
    public nuint MaximumWorkingSetSize;
    public uint ActiveProcessLimit;
    public nuint Affinity;
    public uint PriorityClass;
    public uint SchedulingClass;
    public ulong ReadOperations;
    public ulong WriteOperations;
    public ulong OtherOperations;
    public ulong ReadBytes;
    public ulong WriteBytes;
    public ulong OtherBytes;
    public nuint ProcessMemoryLimit;
    public nuint JobMemoryLimit;
    public nuint PeakProcessMemory;
    public nuint PeakJobMemory;
}
