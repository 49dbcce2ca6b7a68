using System.Runtime.InteropServices;
using ZProc.Core;

namespace ZProc.Workers;

/// <summary>A PowerShell executable, and the arguments with which it runs one of ZProc's OS processes.</summary>
/// <param name="Executable">The path of the program.</param>
/// <param name="Prefix">The arguments before PowerShell's own: the path of <c>pwsh.dll</c>, where the program is <c>dotnet</c>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PowerShellProgram(string Executable, IReadOnlyList<string> Prefix)
{
    private const string Loader = "ZProc.Loader.dll";

    /// <summary>The PowerShell in which this session runs.</summary>
    public static PowerShellProgram Own { get; } = FindOwn();

    /// <summary>The PowerShell at a path.</summary>
    public static PowerShellProgram At(string path) => new(path, []);

    /// <summary>The arguments with which it runs one of ZProc's OS processes. Every user of the machine can read them, so they hold no secret.</summary>
    /// <param name="role">A type of this assembly with a static method <c>Run</c>.</param>
    public IReadOnlyList<string> ArgumentsFor(Type role) =>
    [
        .. Prefix, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
        $"$null = [System.Reflection.Assembly]::LoadFrom('{LoaderPath().Replace("'", "''", StringComparison.Ordinal)}'); [ZProc.Loader.ModuleProcess]::Run('{role.FullName}')",
    ];

    private static PowerShellProgram FindOwn()
    {
        var executable = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(executable).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new PowerShellProgram(executable, [Environment.GetCommandLineArgs()[0]])
            : new PowerShellProgram(executable, []);
    }

    /// <summary>The path of the loader of the module that this session uses: in the folder of the module's assembly, or in a folder above.</summary>
    private static string LoaderPath()
    {
        for (var folder = Path.GetDirectoryName(typeof(PowerShellProgram).Assembly.Location); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var path = Path.Combine(folder, Loader);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FaultException(
            Fault.ProcessFailed, $"{Loader} is missing in the folder from which this session loaded the module. Install the module again, or import it from a folder that has the file.", Loader);
    }
}
