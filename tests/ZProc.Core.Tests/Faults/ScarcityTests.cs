using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Model;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Servers and clients on a machine that has too little of something.</summary>
public sealed class ScarcityTests
{
    private const int Descriptors = 256;
    private const int TooMany = 200; // clients, for so few descriptors
    private const int Processes = 3;
    private const int ClientsInProcess = 7;

    private readonly ITestOutputHelper _output;

    public ScarcityTests(ITestOutputHelper output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a shell with ulimit.");
        _output = output;
    }

    [Fact]
    public void A_server_without_descriptors_serves_its_clients_and_takes_others_later()
    {
        using var serving = PeerProgram.StartWithFewDescriptors(Descriptors, PeerFrame.Serve);
        var connection = ConnectionString.Parse(Encoding.UTF8.GetString(serving.Next().Payload.Span));
        using var first = RemoteClient.Connect(connection, InTime);
        using var watch = first.Watch(new WatchOptions { Namespace = Ns });
        first.Commit(Increment("n", 1), InTime); // the runtime needs descriptors, too, for code that was not used before
        Assert.Equal(1, watch.Read(InTime)!.Revision);
        var least = int.MaxValue;
        for (var round = 1; round <= 3; round++)
        {
            var clients = ConnectUntilRefused(connection);
            least = Math.Min(least, clients.Count);
            clients[^1].Commit(Increment("n", 1), InTime);
            Assert.Equal(round + 1, watch.Read(InTime)!.Revision);
            first.Ping(InTime);
            clients.ForEach(client => client.Dispose());
            _output.WriteLine($"{clients.Count} clients");
        }

        Assert.InRange(least, 10, TooMany - 1);
        serving.Send(PeerFrame.End);
        Assert.Equal("0", Encoding.UTF8.GetString(serving.Next().Payload.Span));
    }

    [Fact]
    public void A_server_without_descriptors_takes_back_all_clients_that_reconnect_at_once()
    {
        using var serving = PeerProgram.StartWithFewDescriptors(Descriptors, PeerFrame.Serve, "tcp://127.0.0.1:0");
        var connection = ConnectionString.Parse(Encoding.UTF8.GetString(serving.Next().Payload.Span));
        using var link = new CuttableProxy(connection);
        using var observer = RemoteClient.Connect(connection, InTime);
        observer.Commit(Increment("n", 1), InTime); // loads the code that needs descriptors
        var names = Enumerable.Range(0, Processes * ClientsInProcess).Select(number => $"client {number}").ToArray();
        var peers = names.Chunk(ClientsInProcess).Select(some => new Endurance(link.Connection, some)).ToArray();
        Endurance.WaitForWrites(observer, 20, names);
        var others = ConnectUntilRefused(connection);
        for (var cut = 0; cut < 5; cut++)
        {
            link.Cut();
            Endurance.WaitForWrites(observer, 20, names);
        }

        others.ForEach(client => client.Dispose());
        Endurance.WaitForWrites(observer, 20, names);
        var reports = peers.SelectMany(peer => peer.End()).ToArray();
        Array.ForEach(peers, peer => peer.Dispose());
        _output.WriteLine($"{names.Length} clients beside {others.Count} idle ones; {reports.Sum(report => report.Written)} writes");
        Endurance.Check(observer, reports);
        Endurance.CheckUndisturbed(reports);
        serving.Send(PeerFrame.End);
        Assert.Equal("0", Encoding.UTF8.GetString(serving.Next().Payload.Span));
    }

    [Fact(Explicit = true)]
    public void No_client_of_a_server_on_an_overloaded_machine_is_told_that_it_is_gone()
    {
        using var server = StateServer.Start();
        var local = new LocalClient(server.Store);
        var names = Enumerable.Range(0, Processes * ClientsInProcess).Select(number => $"client {number}").ToArray();
        var peers = names.Chunk(ClientsInProcess).Select(some => new Endurance(server.Connection, some)).ToArray();
        Endurance.WaitForWrites(local, 20, names);
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        TestThreads.RunTogether(16 * Environment.ProcessorCount, _ =>
        {
            while (!ending.IsCancellationRequested)
            {
                Thread.SpinWait(1000);
            }
        });
        Endurance.WaitForWrites(local, 20, names);
        var reports = peers.SelectMany(peer => peer.End()).ToArray();
        Array.ForEach(peers, peer => peer.Dispose());
        _output.WriteLine(
            $"{reports.Sum(report => report.Written)} writes, {reports.Sum(report => report.Turns)} turns, {reports.Sum(report => report.TurnsLost)} turns lost, "
            + $"{server.Statistics.MalformedMessages} malformed, {server.Statistics.RefusedMessages} refused");
        Endurance.Check(local, reports);
        Endurance.CheckUndisturbed(reports);
        Assert.Equal(0, server.Statistics.MalformedMessages);
    }

    private static List<RemoteClient> ConnectUntilRefused(ConnectionString connection)
    {
        List<RemoteClient> clients = [];
        try
        {
            while (clients.Count < TooMany)
            {
                clients.Add(RemoteClient.Connect(connection, In(3)));
            }
        }
        catch (FaultException fault) when (fault.Fault == Fault.CannotConnect)
        {
            // The server has no descriptor left.
        }

        return clients;
    }
}
