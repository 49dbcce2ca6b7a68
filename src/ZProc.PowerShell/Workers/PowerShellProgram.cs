using System.Management.Automation;
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

    private const string Pwsh = "pwsh";

    private const string HooksVariable = "DOTNET_STARTUP_HOOKS";
    private const string RoleVariable = "ZPROC_ROLE";

    // Not a failure, so that a later call can find a PowerShell that was installed meanwhile.
    private static readonly Lazy<PowerShellProgram> Known = new(
        static () => FindOwn(Environment.ProcessPath, Environment.GetCommandLineArgs()[0], [Path.GetDirectoryName(typeof(PSObject).Assembly.Location), .. FoldersOfPath()]),
        LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The PowerShell in which this session runs, or which fits an application that embeds PowerShell.</summary>
    /// <exception cref="FaultException">ProcessFailed: an application runs this session, and there is no PowerShell beside it.</exception>
    public static PowerShellProgram Own => Known.Value;

    /// <summary>The PowerShell at a path.</summary>
    public static PowerShellProgram At(string path) => new(path, []);

    /// <summary>Finds the PowerShell for an OS process. An application that embeds PowerShell is none: its program does something else.</summary>
    /// <param name="program">The path of the program of the OS process.</param>
    /// <param name="command">The first argument of its command line: the assembly, where the program is <c>dotnet</c>.</param>
    /// <param name="folders">Where to search for PowerShell when the program is another one.</param>
    /// <exception cref="FaultException">ProcessFailed: there is none.</exception>
    internal static PowerShellProgram FindOwn(string? program, string command, IEnumerable<string?> folders)
    {
        switch (Path.GetFileNameWithoutExtension(program)?.ToUpperInvariant())
        {
            case "PWSH" or "PWSH-PREVIEW":
                return At(program!);
            case "DOTNET" when Path.GetFileNameWithoutExtension(command).Equals(Pwsh, StringComparison.OrdinalIgnoreCase):
                return new PowerShellProgram(program!, [command]);
            default:
                var file = OperatingSystem.IsWindows() ? Pwsh + ".exe" : Pwsh;
                return folders.Where(static folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Combine(folder!, file)).FirstOrDefault(File.Exists) is { } found
                    ? At(found)
                    : throw new FaultException(
                        Fault.ProcessFailed,
                        $"'{program}' runs this session and is not PowerShell itself, and there is no {file} in its folder or on the PATH to run the process. Install PowerShell 7, name one with -PowerShellPath, or use -As Runspace.",
                        program);
        }
    }

    /// <summary>The arguments with which it runs one of ZProc's OS processes. Every user of the machine can read them, so they hold no secret.</summary>
    /// <param name="role">A type of this assembly with a static method <c>Run</c>.</param>
    public IReadOnlyList<string> ArgumentsFor(Type role) =>
    [
        .. Prefix, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
        $"$null = [System.Reflection.Assembly]::LoadFrom('{LoaderPath().Replace("'", "''", StringComparison.Ordinal)}'); [ZProc.Loader.ModuleProcess]::Run('{role.FullName}')",
    ];

    /// <summary>
    /// The environment variables with which the role begins before PowerShell's own start: .NET calls the loader (its StartupHook).
    /// Empty where that cannot be. The arguments then do the same, later.
    /// </summary>
    /// <param name="role">As for <see cref="ArgumentsFor"/>.</param>
    public static IReadOnlyDictionary<string, string?> EarlyStart(Type role)
    {
        // On Windows PowerShell's start also sets up the console and the apartment of the thread.
        var loader = LoaderPath();
        if (OperatingSystem.IsWindows() || loader.Contains(Path.PathSeparator, StringComparison.Ordinal))
        {
            return new Dictionary<string, string?>();
        }

        // Another hook, such as a profiler's, comes first, as the role does not return.
        var others = Environment.GetEnvironmentVariable(HooksVariable);
        return new Dictionary<string, string?>
        {
            [HooksVariable] = string.IsNullOrEmpty(others) ? loader : $"{others}{Path.PathSeparator}{loader}",
            [RoleVariable] = role.FullName,
        };
    }

    private static string[] FoldersOfPath() => Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];

    private static string LoaderPath() => ModuleFile.Find(Loader) ?? throw new FaultException(
        Fault.ProcessFailed, $"{Loader} is missing in the folder from which this session loaded the module. Install the module again, or import it from a folder that has the file.", Loader);
}
