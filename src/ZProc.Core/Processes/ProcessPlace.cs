using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Processes;

/// <summary>
/// Where process ids have their meaning: a machine or a container, and one start of it. Several of them can share a name, a state and the
/// user's home folder. Each part is a short hash for file names.
/// </summary>
/// <param name="Machine">The machine or container.</param>
/// <param name="Boot">Its start; empty where the start time of a process tells that.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProcessPlace(string Machine, string Boot)
{
    private const int HashLength = 12;

    /// <summary>The place of this OS process.</summary>
    public static ProcessPlace Here { get; } = new(
        Hash(Environment.MachineName, Read("/etc/machine-id"), ProcessNamespace()),
        OperatingSystem.IsLinux() ? Hash(Read("/proc/sys/kernel/random/boot_id")) : string.Empty);

    /// <summary>Both parts.</summary>
    public override string ToString() => $"{Machine}-{Boot}";

    private static string ProcessNamespace() =>
        OperatingSystem.IsLinux() ? File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? string.Empty : string.Empty;

    private static string Read(string path) => OperatingSystem.IsLinux() && File.Exists(path) ? File.ReadAllText(path).Trim() : string.Empty;

    private static string Hash(params string[] parts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..HashLength].ToLower(CultureInfo.InvariantCulture);
}
