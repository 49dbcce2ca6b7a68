using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class RuntimeFilesTests
{
    // No process has such an id.
    private const int Gone = 2_000_000_001;
    private const int Other = 2_000_000_002;

    [Fact]
    public void The_files_of_the_process_are_removed_and_no_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There they are no files.");
        string[] gone = [$"dotnet-diagnostic-{Gone}-5-socket", $"clr-debug-pipe-{Gone}-5-in", $"clr-debug-pipe-{Gone}-5-out", $"CoreFxPipe_PSHost.DD7CF510.{Gone}.None.pwsh"];
        string[] stay = [$"dotnet-diagnostic-{Other}-5-socket", $"clr-debug-pipe-{Other}-{Gone}-in", $"CoreFxPipe_PSHost.DD7CF510.{Other}.None.pwsh", $"dotnet-diagnostic-{Gone}-5-other"];
        try
        {
            foreach (var name in gone.Concat(stay))
            {
                File.WriteAllText(PathOf(name), string.Empty);
            }

            RuntimeFiles.Remove([Gone]);
            Assert.DoesNotContain(gone, name => File.Exists(PathOf(name)));
            Assert.All(stay, name => Assert.True(File.Exists(PathOf(name)), name));
        }
        finally
        {
            foreach (var name in gone.Concat(stay))
            {
                File.Delete(PathOf(name));
            }
        }
    }

    private static string PathOf(string name) => Path.Join(Path.GetTempPath(), name);
}
