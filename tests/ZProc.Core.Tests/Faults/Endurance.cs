using System.Text.Json;
using ZProc.Core.Client;
using ZProc.Core.Tests.Model;
using ZProc.Core.Wire;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Enduring clients in another process, and the check of all of them at the end.</summary>
internal sealed class Endurance : IDisposable
{
    private readonly PeerProgram _program;

    public Endurance(ConnectionString connection, params string[] names)
        : this(connection.Text, names)
    {
    }

    public Endurance(string address, params string[] names)
    {
        _program = new PeerProgram(PeerFrame.Endure, JsonSerializer.SerializeToUtf8Bytes(new EnduranceOrder(address, names)));
        Assert.Equal(PeerFrame.Ready, _program.Next().Kind);
    }

    public int Id => _program.Id;

    public void Signal(int signal) => _program.Signal(signal);

    /// <summary>Ends the clients.</summary>
    public IReadOnlyList<EnduranceReport> End()
    {
        _program.Send(PeerFrame.End);
        return JsonSerializer.Deserialize<EnduranceReport[]>(_program.Next().Payload.Span)!;
    }

    public void Dispose() => _program.Dispose();

    /// <summary>Waits until each of some clients has made that many more writes.</summary>
    public static void WaitForWrites(IClient observer, int more, params string[] names)
    {
        var counts = names.Select(name => CountOf(observer, EnduringClient.Writes, name)).ToArray();
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Thread.Yield();
                return names.Zip(counts).All(pair => CountOf(observer, EnduringClient.Writes, pair.First) >= pair.Second + more);
            },
            Soon));
    }

    /// <summary>The number in a key; 0 when it is missing.</summary>
    public static long CountOf(IClient observer, string ns, string key) =>
        observer.Get(ns, key, fresh: true) is { } entry ? Convert.ToInt64(entry.Value.Plain(), System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>Checks the state against what all clients were told.</summary>
    public static void Check(IClient observer, IReadOnlyList<EnduranceReport> reports)
    {
        Assert.Empty(reports.SelectMany(report => report.Violations));
        foreach (var report in reports)
        {
            Assert.InRange(CountOf(observer, EnduringClient.Writes, report.Name), report.Written, report.Written + report.Unknown);
        }

        CheckSum(observer);
        var turns = reports.Sum(report => report.Turns);
        Assert.InRange(CountOf(observer, EnduringClient.Turns, EnduringClient.Done), turns, turns + reports.Sum(report => report.TurnsUnknown));
    }

    /// <summary>Checks that no write was made by halves.</summary>
    public static void CheckSum(IClient observer)
    {
        var all = observer.GetSnapshot(EnduringClient.Writes, fresh: true).Entries
            .ToDictionary(pair => pair.Key, pair => Convert.ToInt64(pair.Value.Value.Plain(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(all[EnduringClient.Sum], all.Where(pair => pair.Key != EnduringClient.Sum).Sum(pair => pair.Value));
    }

    /// <summary>Checks that no client lost its session or a write.</summary>
    public static void CheckUndisturbed(IReadOnlyList<EnduranceReport> reports) => Assert.All(reports, report =>
    {
        Assert.Null(report.Failure);
        Assert.Equal((0, 0, 0), (report.Forgotten, report.Compacted, report.Unknown + report.TurnsUnknown));
    });
}
