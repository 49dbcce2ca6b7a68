using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace ZProc.Pester.Tests;

/// <summary>
/// Runs a Pester file in a session of its own: in the repository's PowerShell, or in the one that the environment variable
/// ZPROC_PWSH names, which then needs a Pester 5 of its own.
/// </summary>
internal static class PesterProcess
{
    private static readonly TimeSpan FileLimit = TimeSpan.FromMinutes(15); // against a hang only: a file takes seconds
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);
    private const int SlowTests = 100;
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Metadata("Repository"), "tests", "Pester"), "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static readonly ConcurrentDictionary<string, TimeSpan> Times = new();
    private static readonly ConcurrentBag<PesterResult> Results = [];

    private static string Shell => Environment.GetEnvironmentVariable("ZPROC_PWSH") is { Length: > 0 } named ? named : Metadata("Shell");

    /// <summary>The results of one file. A file without a result is one failed result.</summary>
    public static async Task<IReadOnlyList<PesterResult>> RunAsync(string file)
    {
        var begun = Stopwatch.GetTimestamp();
        string resultPath = Path.Combine(Path.GetTempPath(), $"pester-{Guid.NewGuid():N}.json");
        string script = Path.Combine(Metadata("Repository"), "tests", "Pester", "Run.ps1");
        try
        {
            (int? exitCode, string output) = await RunAsync(
                ["-NoProfile", "-NonInteractive", "-File", script, "-Path", file, "-ResultPath", resultPath], FileLimit).ConfigureAwait(false);
            string? failure = exitCode switch
            {
                null => string.Create(CultureInfo.InvariantCulture, $"The file did not end within {FileLimit.TotalSeconds} seconds and was killed."),
                _ when File.Exists(resultPath) => null,
                _ => $"The file ended with exit code {exitCode} and no result.",
            };
            if (failure is not null)
                return [Failed(file, $"{failure} Its output ended with:\n{output}")];
            PesterResult[] results = JsonSerializer.Deserialize<PesterResult[]>(await File.ReadAllTextAsync(resultPath).ConfigureAwait(false), Json) ?? [];
            Array.ForEach(results, Results.Add);
            return results.Length > 0 ? results : [Failed(file, "The file has no test.")];
        }
        catch (JsonException wrong)
        {
            return [Failed(file, $"The result is not valid JSON: {wrong.Message}")];
        }
        finally
        {
            File.Delete(resultPath);
            Times[file] = Stopwatch.GetElapsedTime(begun);
        }
    }

    /// <summary>Writes how long each file and each slow test took, in seconds, the longest first, so that it can be seen where the suite's time goes.</summary>
    public static void WriteTimes() => File.WriteAllLines(
        Path.Combine(Metadata("Repository"), "out", "pester-times.txt"),
        [
            .. Times.OrderByDescending(static pair => pair.Value).Select(static pair => Line(pair.Value, pair.Key, "")),
            "",
            .. Results.OrderByDescending(static result => result.DurationMs).Take(SlowTests)
                .Select(static result => Line(TimeSpan.FromMilliseconds(result.DurationMs), result.File ?? "", result.Name)),
        ]);

    private static string Line(TimeSpan time, string file, string test) => string.Create(
        CultureInfo.InvariantCulture, $"{time.TotalSeconds,6:0} {Path.GetFileName(file)} {test}").TrimEnd();

    private static PesterResult Failed(string file, string message) => new(Path.GetFileName(file), "Failed", 0, message, file, 1);

    private static string Metadata(string key) =>
        typeof(PesterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;

    private static async Task<(int? ExitCode, string Output)> RunAsync(string[] arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(Shell, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.TryAdd("DOTNET_ROOT", Metadata("DotnetRoot"));
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Shell} did not start.");
        process.StandardInput.Close();
        var tail = new OutputTail();
        process.OutputDataReceived += (_, line) => tail.Add(line.Data);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Waits for the exit, not for the end of the output: a process that the file left running may hold the output open.
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
                // Expected: another process holds the output. The lines so far are enough.
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
