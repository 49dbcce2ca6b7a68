using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ZProc.Pester.Tests;

/// <summary>Runs the Pester files one after the other, each in a process of its own, and outputs their tests as the rows of a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PesterFilesAttribute : DataAttribute
{
    // Only a run tells which tests a file has.
    public override bool SupportsDiscoveryEnumeration() => false;

    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var rows = new List<ITheoryDataRow>();
        foreach (string file in PesterProcess.Files)
        {
            foreach (PesterResult result in await PesterProcess.RunAsync(file).ConfigureAwait(false))
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
