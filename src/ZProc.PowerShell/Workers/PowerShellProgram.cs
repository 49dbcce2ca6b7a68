using System.Runtime.InteropServices;
using ZProc.Core;

namespace ZProc.Workers;

/// <summary>The PowerShell that OS processes run in, and the words that make one a worker.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Prefix">What comes before PowerShell's own arguments.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PowerShellProgram(string Executable, IReadOnlyList<string> Prefix)
{
    private const string Loader = "ZProc.Loader.dll";

    /// <summary>The one this session runs in.</summary>
    public static PowerShellProgram Own { get; } = FindOwn();

    /// <summary>Another one, by its path.</summary>
    public static PowerShellProgram At(string path) => new(path, []);

    /// <summary>The arguments with which it runs one of our processes. Anybody on the machine can read them: they say nothing more.</summary>
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

    /// <summary>The loader of the module that this session uses: it lies beside its assembly, or above where that is an image.</summary>
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
            Fault.ProcessFailed, $"{Loader} is not where this session loaded the module from, so that no OS process can load it. Import the module again.", Loader);
    }
}
