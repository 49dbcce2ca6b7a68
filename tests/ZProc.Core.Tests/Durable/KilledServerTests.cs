using System.Collections.Concurrent;
using System.Text;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Tests.Faults;
using ZProc.Core.Tests.Model;
using ZProc.Core.Wire;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>A server with a state on disk that is killed while its clients write, and started again.</summary>
public sealed class KilledServerTests : IDisposable
{
    private const int Writers = 3;
    private const int Kills = 3;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_acknowledged_write_is_there_and_clients_and_watches_go_on_without_a_gap()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs signals.");
        var server = Serve(out var connection);
        using var watcher = RemoteClient.Connect(connection, InTime);
        using var watch = watcher.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 0 });
        var incarnation = watcher.Incarnation;
        using var ending = new CancellationTokenSource();
        var (acknowledged, unknown) = (new long[Writers], new long[Writers]);
        var faults = new ConcurrentQueue<Exception>();
        var writers = Enumerable.Range(0, Writers).Select(number => new Thread(() => Write(number, connection, acknowledged, unknown, faults, ending.Token))).ToArray();
        Array.ForEach(writers, writer => writer.Start());
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = acknowledged.ToArray();
            Assert.True(SpinWait.SpinUntil(() => !faults.IsEmpty || Enumerable.Range(0, Writers).All(i => Volatile.Read(ref acknowledged[i]) > before[i] + 20), Soon));
            server.Signal(Signals.Kill);
            server.Dispose();
            server = Serve(out var again);
            Assert.Equal(connection.Text, again.Text);
        }

        Assert.True(SpinWait.SpinUntil(() => !faults.IsEmpty || watcher.ServerProcessId == server.Id, Soon));
        ending.Cancel();
        Assert.All(writers, writer => Assert.True(writer.Join(Soon)));
        Assert.Empty(faults);
        var last = watcher.GetSnapshot(Ns, fresh: true);
        Assert.Equal(incarnation, watcher.Incarnation);
        for (var revision = 1L; revision <= last.Revision; revision++)
        {
            Assert.Equal(revision, watch.Read(InTime)!.Revision);
        }

        var values = last.Unordered.ToDictionary(pair => pair.Key, pair => Convert.ToInt64(pair.Value.Value.Plain(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(Enumerable.Range(0, Writers), i => Assert.InRange(values[$"writer {i}"], acknowledged[i], acknowledged[i] + unknown[i]));
        Assert.True(unknown.Sum() <= Writers * Kills, $"{unknown.Sum()} writes of unknown outcome");
        server.Dispose();
    }

    private static void Write(int number, ConnectionString connection, long[] acknowledged, long[] unknown, ConcurrentQueue<Exception> faults, CancellationToken ending)
    {
        try
        {
            using var client = RemoteClient.Connect(connection, InTime, id: null, CancellationToken.None);
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    client.Commit(Increment($"writer {number}", 1), InTime, CancellationToken.None);
                    Interlocked.Increment(ref acknowledged[number]);
                }
                catch (FaultException lost) when (lost.Fault == Fault.ConnectionLost && client.Failure is null)
                {
                    unknown[number]++;
                }
            }
        }
#pragma warning disable CA1031 // the test is told
        catch (Exception fault)
#pragma warning restore CA1031
        {
            faults.Enqueue(fault);
        }
    }

    private PeerProgram Serve(out ConnectionString connection)
    {
        var peer = new PeerProgram(PeerFrame.Serve, Encoding.UTF8.GetBytes(ServingPeer.DurablePrefix + _folder["state"]));
        connection = ConnectionString.Parse(Encoding.UTF8.GetString(peer.Next().Payload.Span));
        return peer;
    }
}
