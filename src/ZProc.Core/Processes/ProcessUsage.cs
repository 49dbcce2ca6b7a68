using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Processes;

/// <summary>The processor time and the memory that an OS process of this machine has used.</summary>
/// <param name="ProcessorTime">The processor time, of all its threads together.</param>
/// <param name="Memory">The memory that is resident, in bytes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessUsage(TimeSpan ProcessorTime, long Memory)
{
    // Positions in /proc/PID/stat behind the closing parenthesis of the name. The times are in hundredths of a second.
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int ResidentPages = 21;

    /// <summary>The usage of one process; null when there is no process with that id.</summary>
    public static ProcessUsage? Of(int id) => OperatingSystem.IsLinux() ? OnLinux(id) : Elsewhere(id);

    // Reading one file costs a tenth of what the runtime's class costs, which counts for a thousand processes.
    private static ProcessUsage? OnLinux(int id)
    {
        if (ProcFile.Read($"/proc/{id}/stat") is not { } text)
        {
            return null;
        }

        var stat = Encoding.ASCII.GetString(text);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessUsage(
            TimeSpan.FromMilliseconds(10 * (Number(fields[UserTime]) + Number(fields[SystemTime]))), Number(fields[ResidentPages]) * Environment.SystemPageSize);
    }

    private static ProcessUsage? Elsewhere(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return new ProcessUsage(process.TotalProcessorTime, process.WorkingSet64);
        }
        catch (Exception expected) when (expected is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // Expected: the process has ended, or belongs to another user.
            ZProcEventSource.Log.FaultCaught(nameof(ProcessUsage), expected);
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
