using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Processes;

/// <summary>
/// The tree as a Windows job object. The system kills the job when its last handle closes, however this process ends. All that
/// a child starts is in the child's job, so there is nothing to search for. Never run on Windows yet.
/// </summary>
internal sealed partial class WindowsProcessTree : ProcessTree
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnClose = 0x2000;
    private readonly SafeFileHandle? _job;

    private WindowsProcessTree(SafeFileHandle? job) => _job = job;

    /// <summary>Puts a child, and all that it will start, into a job.</summary>
    public static WindowsProcessTree Contain(Process child)
    {
        var job = CreateJobObject(0, null);
        var limits = new ExtendedLimits { LimitFlags = KillOnClose };
        SetInformationJobObject(job, ExtendedLimitInformation, ref limits, Marshal.SizeOf<ExtendedLimits>());
        AssignProcessToJobObject(job, child.SafeHandle);
        return new WindowsProcessTree(job);
    }

    /// <summary>The empty tree: each child's job ends with this process.</summary>
    public static WindowsProcessTree OfSelf() => new(null);

    /// <inheritdoc/>
    public override IReadOnlyCollection<ProcessIdentity> Find() => [];

    /// <inheritdoc/>
    public override bool Kill(TimeSpan bound) => _job is null || _job.IsInvalid || TerminateJobObject(_job, 1);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _job?.Dispose();
        base.Dispose(disposing);
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    private static partial SafeFileHandle CreateJobObject(nint security, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(SafeFileHandle job, int kind, ref ExtendedLimits limits, int length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool TerminateJobObject(SafeFileHandle job, uint exitCode);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
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
}
