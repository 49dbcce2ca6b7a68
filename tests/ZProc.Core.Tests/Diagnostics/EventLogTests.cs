using System.Globalization;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Tests.Diagnostics;

public sealed class EventLogTests : IDisposable
{
    private readonly string _path = Path.Join(Path.GetTempPath(), $"zproc-log-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(EventLog.Variable, null);
        EventLog.Update();
        File.Delete(_path);
    }

    [Fact]
    public void Each_event_is_one_line_whatever_its_text()
    {
        Follow(_path);
        ZProcEventSource.Log.AttemptEnded("id", "two words", 1, 3, 0.5, "first\nsecond \"quoted\" = x\0");
        var line = Assert.Single(Lines("AttemptEnded process=id"));
        Assert.StartsWith(DateTime.UtcNow.Year.ToString(CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
        Assert.Contains(
            $" {Environment.ProcessId} Informational AttemptEnded process=id name=\"two words\" attempt=1 exitCode=3 seconds=0.5 error=\"first\\nsecond \\\"quoted\\\" = x\\u0000\"",
            line,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_caught_fault_tells_where_and_what()
    {
        Follow(_path);
        ZProcEventSource.Log.FaultCaught("Place", new FaultException(Fault.Conflict, "taken"));
        Assert.Contains("FaultCaught where=Place type=ZProc.Core.FaultException message=taken", Assert.Single(Lines("where=Place")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_ends_with_its_variable()
    {
        Follow(_path);
        Follow(null);
        ZProcEventSource.Log.ProcessEnded("late", "late", "Completed", 1);
        Assert.Empty(Lines("process=late"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error_that_names_it()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var fault = Assert.Throws<FaultException>(() => Follow(folder.FullName));
            Assert.Equal(Fault.InvalidArgument, fault.Fault);
            Assert.Contains(folder.FullName, fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public void Lines_of_several_writers_do_not_mix()
    {
        const int Writers = 4, Each = 500;
        var text = new string('x', 300);
        Parallel.For(0, Writers, writer =>
        {
            using var file = AppendOnlyFile.Open(_path);
            for (var i = 0; i < Each; i++)
            {
                file.Append($"{writer} {text} {i}\n");
            }
        });
        var lines = File.ReadAllLines(_path);
        Assert.Equal(Writers * Each, lines.Length);
        Assert.All(lines.GroupBy(line => line[0]), own => Assert.Equal(Enumerable.Range(0, Each), own.Select(line => int.Parse(line[303..], CultureInfo.InvariantCulture))));
    }

    private static void Follow(string? path)
    {
        Environment.SetEnvironmentVariable(EventLog.Variable, path);
        EventLog.Update();
    }

    private string[] Lines(string text) => [.. File.ReadAllLines(_path).Where(line => line.Contains(text, StringComparison.Ordinal))];
}
