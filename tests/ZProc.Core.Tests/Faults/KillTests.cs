using System.Diagnostics;
using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Model;
using ZProc.Core.Wire;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Clients and servers that are killed.</summary>
[Collection(nameof(ThreadCounts))]
public sealed class KillTests
{
    private const int LongestLifeMilliseconds = 400;

    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(10);

    // The silence after which turns are taken away, and the two periods in which it is noticed.
    private static readonly double TurnSeconds = (WireLimits.SilenceTimeout + (2 * WireLimits.HeartbeatInterval)).TotalSeconds;

    private readonly ITestOutputHelper _output;

    public KillTests(ITestOutputHelper output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc.");
        _output = output;
    }

    [Fact]
    public void Killed_clients_leave_nothing() => KillClients(rounds: 20, together: 2);

    [Fact(Explicit = true)]
    public void Five_hundred_killed_clients_leave_nothing() => KillClients(rounds: 500, together: 4);

    [Fact]
    public void A_killed_server_is_an_error_at_once_for_every_call_that_waits()
    {
        using var serving = new PeerProgram(PeerFrame.Serve);
        var connection = ConnectionString.Parse(Encoding.UTF8.GetString(serving.Next().Payload.Span));
        using var holder = RemoteClient.Connect(connection, InTime);
        using var turn = holder.AcquireTurn(Ns, Tester, InTime);
        using var waiter = RemoteClient.Connect(connection, InTime);
        using var watch = waiter.Watch(new WatchOptions { Namespace = "quiet" });
        Action[] calls =
        [
            () => watch.Read(Deadline.Never),
            () => waiter.AcquireTurn(Ns, Tester),
            () => waiter.Commit(Set("a", 1)),
            () => waiter.Commit(Set("a", 1), InTime),
            () => waiter.CommitAsync(Set("a", 1)).GetAwaiter().GetResult(),
            () => Forever(() => holder.Get(Ns, "a", fresh: true)),
            () => Forever(() => holder.Commit(Increment("n", 1) with { Turn = turn.Id })),
            () => Forever(() => holder.Ping(InTime)),
        ];
        var waiting = calls.Select(call => Task.Factory.StartNew(() => FaultOf(call), TaskCreationOptions.LongRunning)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => holder.Get(Ns, "n", fresh: true) is not null, Soon));
        serving.Signal(Signals.Kill);
        var killed = Stopwatch.GetTimestamp();
        Assert.True(Task.WaitAll(waiting, Soon));
        var taken = Stopwatch.GetElapsedTime(killed);
        _output.WriteLine($"{taken.TotalMilliseconds:0} ms");
        Assert.All(waiting, call => Assert.Equal(Fault.ConnectionLost, call.Result));
        Yardstick.AssertWithin(1, taken);
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => holder.Get(Ns, "a")));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => waiter.AcquireTurn(Ns, Tester)));
    }

    private void KillClients(int rounds, int together)
    {
        var seed = TestSeed.Next(_output);
        using var server = StateServer.Start();
        var local = new LocalClient(server.Store);
        KillSome(server, local, "warm", 1, new Random(1));
        WaitUntilForgotten();
        var waiting = ZProcMeter.WaitingTickets.Value; // of stores that other tests have left behind
        var (threads, descriptors) = (ServerResources.Threads, ServerResources.Descriptors);
        TestThreads.RunTogether(together, number => KillSome(server, local, $"killer {number}", rounds / together, new Random((int)seed + number)), rounds * LongestRound);

        var killed = Stopwatch.GetTimestamp();
        local.AcquireTurn(EnduringClient.Turns, Tester, InTime).Dispose();
        var turnFree = Stopwatch.GetElapsedTime(killed);
        Yardstick.AssertWithin(TurnSeconds, turnFree);
        WaitUntilForgotten();
        var forgotten = Stopwatch.GetElapsedTime(killed);
        Endurance.CheckSum(local);
        _output.WriteLine(
            $"{rounds} kills, {local.GetSnapshot(EnduringClient.Writes).Count} clients that wrote, {Endurance.CountOf(local, EnduringClient.Writes, EnduringClient.Sum)} writes, "
            + $"{Endurance.CountOf(local, EnduringClient.Turns, EnduringClient.Done)} turns; turn free after {turnFree.TotalSeconds:0.0} s, clients forgotten after {forgotten.TotalSeconds:0.0} s");
        foreach (var ns in new[] { EnduringClient.Writes, EnduringClient.Turns })
        {
            local.Commit(new CommitRequest(ns, Tester, [new Change(ChangeKind.RemoveNamespace, "")]));
        }

        Assert.Equal(0, server.Store.HeldNamespaces); // neither a subscription nor a turn holds one
        Assert.Equal(waiting, ZProcMeter.WaitingTickets.Value);
        Assert.True(
            SpinWait.SpinUntil(() => ServerResources.Threads <= threads && ServerResources.Descriptors <= descriptors, TimeSpan.FromSeconds(20)),
            $"{ServerResources.Threads} threads, before {threads}; {ServerResources.Descriptors} descriptors, before {descriptors}");
        Assert.Equal(0, server.Statistics.MalformedMessages);
    }

    private static void KillSome(StateServer server, LocalClient local, string name, int rounds, Random random)
    {
        for (var round = 0; round < rounds; round++)
        {
            string[] names = [$"{name}, {round} a", $"{name}, {round} b", $"{name}, {round} c"];
            using var peer = new Endurance(server.Connection, names);
            if (random.Next(4) != 0)
            {
                Endurance.WaitForWrites(local, 1, names[0]); // else it is killed while it connects
            }

            Thread.Sleep(random.Next(LongestLifeMilliseconds));
            peer.Signal(Signals.Kill);
        }
    }

    private static void WaitUntilForgotten() =>
        Assert.True(SpinWait.SpinUntil(() => ZProcMeter.Clients.Value == 0, Soon));

    private static void Forever(Action call)
    {
        while (true)
        {
            call();
        }
    }
}
