using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZProc.Core.Processes.Windows;

/// <summary>Calls of the Windows kernel that .NET does not offer. A call that returns false or an invalid handle has set the last error.</summary>
internal static unsafe partial class Kernel32
{
    public const uint CreateSuspended = 0x4;
    public const uint CreateUnicodeEnvironment = 0x400;
    public const uint CreateExtendedStartupInfo = 0x80000;
    public const uint CreateBreakawayFromJob = 0x1000000;
    public const uint CreateNoWindow = 0x8000000;

    public const uint ProcessTerminate = 0x1;
    public const uint ProcessQueryLimitedInformation = 0x1000;
    public const uint Synchronize = 0x100000;

    public const int AccessDenied = 5;
    public const int MoreData = 234;

    public const uint HandleInherit = 1;
    private const uint DuplicateSameAccess = 2;
    private const uint WaitDone = 0;

    /// <summary>Waits for an object, such as a process; false when the bound comes first.</summary>
    public static bool Wait(SafeHandle handle, TimeSpan bound) =>
        WaitForSingleObject(handle, (uint)Math.Clamp(bound.TotalMilliseconds, 0, int.MaxValue)) == WaitDone;

    /// <summary>Gives another process a handle to an object of this one. That process does not learn of the handle, and its children do not inherit it.</summary>
    public static bool Give(SafeHandle handle, SafeHandle process) =>
        DuplicateHandle(GetCurrentProcess(), handle, process, out _, 0, inherit: false, DuplicateSameAccess);

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateProcess(
        nint application, char* commandLine, nint processSecurity, nint threadSecurity, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint flags,
        char* environment, char* folder, StartupInfo* startup, ProcessInformation* created);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool InitializeProcThreadAttributeList(void* list, int count, int flags, nuint* length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool UpdateProcThreadAttribute(void* list, uint flags, nuint attribute, void* value, nuint length, void* previous, nuint* returned);

    [LibraryImport("kernel32")]
    public static partial void DeleteProcThreadAttributeList(void* list);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial uint ResumeThread(SafeHandle thread);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool TerminateProcess(SafeHandle process, uint exitCode);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial SafeProcessHandle OpenProcess(uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, int id);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetProcessTimes(SafeHandle process, out long created, out long exited, out long kernel, out long user);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    public static partial SafeFileHandle CreateJobObject(nint security, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetInformationJobObject(SafeHandle job, int kind, void* information, int length);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool QueryInformationJobObject(SafeHandle job, int kind, void* information, int length, int* returned);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool AssignProcessToJobObject(SafeHandle job, SafeHandle process);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool TerminateJobObject(SafeHandle job, uint exitCode);

    [LibraryImport("kernel32", EntryPoint = "GetStdHandle", SetLastError = true)]
    public static partial nint GetStandardHandle(int which);

    [LibraryImport("kernel32", EntryPoint = "SetStdHandle", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetStandardHandle(int which, nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetHandleInformation(nint handle, uint mask, uint flags);

    [LibraryImport("kernel32")]
    private static partial nint GetCurrentProcess();

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial uint WaitForSingleObject(SafeHandle handle, uint milliseconds);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DuplicateHandle(
        nint from, SafeHandle handle, SafeHandle to, out nint duplicate, uint access, [MarshalAs(UnmanagedType.Bool)] bool inherit, uint options);
}
