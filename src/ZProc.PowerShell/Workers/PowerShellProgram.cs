using System.Runtime.InteropServices;
using ZProc.Core;

namespace ZProc.PowerShell;

/// <summary>The PowerShell that OS processes run in, and the words that make one a worker.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Prefix">What comes before PowerShell's own arguments.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PowerShellProgram(string Executable, IReadOnlyList<string> Prefix)
{
    private const string Manifest = "ZProc.psd1";

    /// <summary>The one this session runs in.</summary>
    public static PowerShellProgram Own { get; } = FindOwn();

    /// <summary>Another one, by its path.</summary>
    public static PowerShellProgram At(string path) => new(path, []);

    /// <summary>The arguments with which it runs one of our processes. Anybody on the machine can read them: they say nothing more.</summary>
    /// <param name="role">A type with a public static method <c>Run</c>.</param>
    public IReadOnlyList<string> ArgumentsFor(Type role) =>
    [
        .. Prefix, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
        $"Import-Module '{ManifestPath().Replace("'", "''", StringComparison.Ordinal)}'; [{role.FullName}]::Run()",
    ];

    private static PowerShellProgram FindOwn()
    {
        var executable = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new PowerShellProgram(executable, [Environment.GetCommandLineArgs()[0]])
            : new PowerShellProgram(executable, []);
    }

    /// <summary>The module that this session uses: its manifest lies beside the assembly's folder, or above it.</summary>
    private static string ManifestPath()
    {
        for (var folder = Path.GetDirectoryName(typeof(PowerShellProgram).Assembly.Location); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, Manifest);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FaultException(
            Fault.ProcessFailed, $"{Manifest} is not where this session loaded the module from, so that no OS process can load it. Import the module again.", Manifest);
    }
}
