using System.Runtime.InteropServices;

namespace ZProc.Core.Processes;

/// <summary>Calls of the C library that .NET does not offer. The variadic ones are used on Linux only.</summary>
internal static partial class Libc
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;
    private const int ReadWrite = 2;
    private const int CloseOnExec = 0x80000;
    private const int CloseOnExecMac = 0x1000000;
    private const int Interrupted = 4;
    private const short Readable = 1;
    private const int LockExclusive = 2;
    private const int LockWithoutWait = 4;
    private const int Descriptors = 7;
    private const int DescriptorsMac = 8;
    private const int UnixDomain = 1;
    private const int UsageOfChildren = -1;
    private const int UsageFields = 18;
    private const int SignalInfoBytes = 128;
    private const int AnyChild = 0x40000000 | 0x01000000 | 4 | 1; // __WALL, WNOWAIT, WEXITED, WNOHANG: looks, and changes nothing
    private const int NoChild = 10;
    private const int StreamSocket = 1;

    // The same numbers on every architecture: calls added since Linux 5.1 share one table.
    private const long PidfdSendSignalCall = 424;
    private const long PidfdOpenCall = 434;

    /// <summary>Makes this process the leader of a session of its own, away from the terminal.</summary>
    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int id, int signal);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static partial int Replace(int descriptor, int target);

    /// <summary>Makes two connected Unix domain sockets that no child inherits. On Linux only.</summary>
    public static (int First, int Second) SocketPair()
    {
        var pair = new int[2];
        return CreateSocketPair(UnixDomain, StreamSocket | CloseOnExec, 0, pair) == 0
            ? (pair[0], pair[1])
            : throw new System.Net.Sockets.SocketException(Marshal.GetLastPInvokeError());
    }

    /// <summary>Opens the null device for reading and writing, not inherited.</summary>
    public static int OpenNull() => Open("/dev/null", ReadWrite | (OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExec));

    /// <summary>Opens a folder, not inherited.</summary>
    public static int OpenFolder(string path) => Open(path, OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExec);

    /// <summary>Locks an open file or folder for this process alone, unless another one has locked it.</summary>
    public static bool TryLock(nint descriptor) => Lock((int)descriptor, LockExclusive | LockWithoutWait) == 0;

    /// <summary>How many descriptors this process may have; the most that there are where the system does not tell.</summary>
    public static long DescriptorLimit() =>
        GetLimit(OperatingSystem.IsMacOS() ? DescriptorsMac : Descriptors, out var limit) == 0 ? (long)Math.Min(limit.Soft, int.MaxValue) : int.MaxValue;

    public static long PidfdOpen(int id) => SystemCall(PidfdOpenCall, id, 0, 0, 0);

    public static long PidfdSignal(int descriptor, int signal) => SystemCall(PidfdSendSignalCall, descriptor, signal, 0, 0);

    /// <summary>Waits until a descriptor has something to read, for a pidfd: until its process has ended.</summary>
    public static bool WaitReadable(int descriptor, TimeSpan bound)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            var left = bound - System.Diagnostics.Stopwatch.GetElapsedTime(start);
            var poll = new PollDescriptor { Descriptor = descriptor, Events = Readable };
            var ready = Poll(ref poll, 1, (int)Math.Clamp(left.TotalMilliseconds, 0, int.MaxValue));
            if (ready >= 0 || Marshal.GetLastPInvokeError() != Interrupted)
            {
                return ready > 0;
            }
        }
    }

    /// <summary>Whether this process has no child, and none of its children has ended. On Linux only.</summary>
    public static bool HasNeverHadChildren()
    {
        var usage = new nint[UsageFields];
        return WaitForId(0, 0, new byte[SignalInfoBytes], AnyChild) != 0 && Marshal.GetLastPInvokeError() == NoChild
            && GetUsage(UsageOfChildren, usage) == 0 && Array.TrueForAll(usage, static field => field == 0);
    }

    /// <summary>The user in whose name this process acts.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int CreateSocketPair(int domain, int type, int protocol, [Out] int[] pair);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitForId(int kind, uint id, [Out] byte[] info, int options);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetUsage(int whose, [Out] nint[] usage);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third, long fourth);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
