using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ZProc.Pester.Tests;

/// <summary>Runs Pester files in processes of their own: in pwsh with Pester where both are installed, else in our host.</summary>
internal sealed class PesterProcess
{
    private static readonly TimeSpan FileLimit = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    private readonly string _executable;

    private PesterProcess(string executable) => _executable = executable;

    public static IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Metadata("Repository"), "tests", "Pester"), "*.Tests.ps1").Order(StringComparer.Ordinal)];

    public static async Task<PesterProcess> FindAsync()
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : string.Empty;
        string? pwsh = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "pwsh" + suffix))
            .FirstOrDefault(File.Exists);
        const string Probe = "exit [int](-not (Get-Module -ListAvailable Pester | Where-Object { $_.Version.Major -ge 5 }))";
        if (pwsh is not null && await RunAsync(pwsh, ["-NoProfile", "-NonInteractive", "-Command", Probe], ProbeLimit).ConfigureAwait(false) is { ExitCode: 0 })
            return new PesterProcess(pwsh);
        return new PesterProcess(Path.Combine(Metadata("HostFolder"), "ZProc.Host" + suffix));
    }

    /// <summary>The results of one file; whatever keeps it from having any is itself a failed result.</summary>
    public async Task<IReadOnlyList<PesterResult>> RunAsync(string file)
    {
        string resultPath = Path.Combine(Path.GetTempPath(), $"pester-{Guid.NewGuid():N}.json");
        string script = Path.Combine(Metadata("Repository"), "tests", "Pester", "Run.ps1");
        try
        {
            (int? exitCode, string output) = await RunAsync(
                _executable, ["-NoProfile", "-NonInteractive", "-File", script, "-Path", file, "-ResultPath", resultPath], FileLimit).ConfigureAwait(false);
            string? failure = exitCode switch
            {
                null => string.Create(CultureInfo.InvariantCulture, $"The file did not end within {FileLimit.TotalSeconds} seconds and was killed."),
                _ when File.Exists(resultPath) => null,
                _ => $"The file ended with exit code {exitCode} and no result.",
            };
            if (failure is not null)
                return [Failed(file, $"{failure} Its output ended with:\n{output}")];
            PesterResult[] results = JsonSerializer.Deserialize<PesterResult[]>(await File.ReadAllTextAsync(resultPath).ConfigureAwait(false), Json) ?? [];
            return results.Length > 0 ? results : [Failed(file, "The file has no test.")];
        }
        catch (JsonException wrong)
        {
            return [Failed(file, $"The result is not the JSON it should be: {wrong.Message}")];
        }
        finally
        {
            File.Delete(resultPath);
        }
    }

    private static PesterResult Failed(string file, string message) => new(Path.GetFileName(file), "Failed", 0, message, file, 1);

    private static string Metadata(string key) =>
        typeof(PesterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    private static async Task<(int? ExitCode, string Output)> RunAsync(string executable, string[] arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
        process.StandardInput.Close();
        var tail = new OutputTail();
        process.OutputDataReceived += (_, line) => tail.Add(line.Data);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Not the end of the output: what the file left running may hold it open.
        using var timeout = new CancellationTokenSource(limit);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited)
            exited.TrySetResult();
        try
        {
            await exited.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
            using var drained = new CancellationTokenSource(DrainLimit);
            try
            {
                await process.WaitForExitAsync(drained.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Somebody else still holds the output; what came is enough.
            }

            return (process.ExitCode, tail.ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (null, tail.ToString());
        }
    }
}
