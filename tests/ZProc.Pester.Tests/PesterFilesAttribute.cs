using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ZProc.Pester.Tests;

/// <summary>Runs the Pester files, each in a process of its own and as many at once as there are processors but for the one that runs alone, and outputs their tests as the rows of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFilesAttribute : DataAttribute
{
    // Only a run tells which tests a file has.
    public override bool SupportsDiscoveryEnumeration() => false;

    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        // The largest files first, so that no processor waits for a large one at the end.
        var files = PesterProcess.Files.Where(static file => !RunsAlone(file)).OrderByDescending(static file => new FileInfo(file).Length);
        var results = new ConcurrentDictionary<string, IReadOnlyList<PesterResult>>();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) };
        await Parallel.ForEachAsync(
            files, limit, async (file, _) => results[file] = await PesterProcess.RunAsync(file).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (string file in PesterProcess.Files.Where(RunsAlone))
        {
            results[file] = await PesterProcess.RunAsync(file).ConfigureAwait(false);
        }

        PesterProcess.WriteTimes();
        return [.. PesterProcess.Files.SelectMany(file => results[file].Select(result => Row(file, result)))];
    }

    // The graces of the product are the subject of this file: other files would take the time from the scripts that it stops.
    private static bool RunsAlone(string file) => Path.GetFileName(file) == "Cleanup.Tests.ps1";

    private static TheoryDataRow<PesterResult> Row(string file, PesterResult result) => new(result)
    {
        TestDisplayName = $"{Path.GetFileName(file)}: {result.Name}",
        Label = string.Empty, // No argument list after the name.
        Skip = result.Result == "Skipped" ? result.Message is { Length: > 0 } reason ? reason : "skipped" : null,
    };
}
