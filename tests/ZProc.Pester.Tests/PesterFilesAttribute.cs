using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ZProc.Pester.Tests;

/// <summary>Runs the Pester files, one process each, one after the other, and gives their tests as the rows of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFilesAttribute : DataAttribute
{
    // Only a run says which tests a file has, and it is not run before it is asked for.
    public override bool SupportsDiscoveryEnumeration() => false;

    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        PesterProcess process = await PesterProcess.FindAsync().ConfigureAwait(false);
        var rows = new List<ITheoryDataRow>();
        foreach (string file in PesterProcess.Files)
        {
            foreach (PesterResult result in await process.RunAsync(file).ConfigureAwait(false))
            {
                rows.Add(new TheoryDataRow<PesterResult>(result)
                {
                    TestDisplayName = $"{Path.GetFileName(file)}: {result.Name}",
                    Label = string.Empty, // No argument list after the name.
                    Skip = result.Result == "Skipped" ? result.Message is { Length: > 0 } reason ? reason : "skipped" : null,
                });
            }
        }

        return rows;
    }
}
