using System.Globalization;
using System.Text;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Model;
using ZProc.Core.Wire;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Clients and servers that stop for a while, shorter and longer than the silence allowed, or than a session.</summary>
public sealed class SuspensionTests
{
    private readonly ITestOutputHelper _output;

    public SuspensionTests(ITestOutputHelper output)
    {
        Signals.SkipUnlessKnown();
        _output = output;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_client_that_was_stopped_goes_on(int seconds) => StopClient(seconds);

    [Fact(Explicit = true)]
    public void A_client_that_was_stopped_for_longer_than_its_session_goes_on() => StopClient(17);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_server_that_was_stopped_forgets_no_client_and_no_turn(int seconds) => StopServer(seconds);

    [Fact(Explicit = true)]
    public void A_server_that_was_stopped_for_longer_than_a_session_forgets_no_client_and_no_turn() => StopServer(17);

    private void StopClient(int seconds)
    {
        // The other client goes on: on a fast machine it makes more updates meanwhile than the server keeps by default.
        using var server = StateServer.Start(options: new StoreOptions { MaximumUpdates = 1_000_000 });
        var local = new LocalClient(server.Store);
        using var stopped = new Endurance(server.Connection, "stopped 1", "stopped 2");
        using var other = new Endurance(server.Connection, "other");
        Endurance.WaitForWrites(local, 50, "stopped 1", "stopped 2", "other");
        stopped.Signal(Signals.Stop);
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        if (TimeSpan.FromSeconds(seconds) > WireLimits.SilenceTimeout)
        {
            Endurance.WaitForWrites(local, 50, "other"); // it needs turns, which the stopped clients may have held
        }

        stopped.Signal(Signals.Continue);
        Endurance.WaitForWrites(local, 50, "stopped 1", "stopped 2", "other");
        EnduranceReport[] reports = [.. stopped.End(), .. other.End()];
        Note(reports);
        Endurance.Check(local, reports);
        Assert.All(reports, report => Assert.Null(report.Failure));
        Assert.Equal(0, server.Statistics.MalformedMessages);
        if (TimeSpan.FromSeconds(seconds + 5) < WireLimits.SessionTimeout)
        {
            Endurance.CheckUndisturbed(reports);
        }
    }

    private void StopServer(int seconds)
    {
        using var serving = new PeerProgram(PeerFrame.Serve);
        var connection = ConnectionString.Parse(Encoding.UTF8.GetString(serving.Next().Payload.Span));
        using var remote = RemoteClient.Connect(connection, InTime);
        var forgotten = 0;
        remote.Forgotten = () => forgotten++;
        using var peer = new Endurance(connection, "one", "two");
        Endurance.WaitForWrites(remote, 50, "one", "two");
        using var turn = remote.AcquireTurn(Ns, Tester, InTime);
        using var waiting = RemoteClient.Connect(connection, InTime);
        var queued = waiting.CommitAsync(Increment("n", 1));
        serving.Signal(Signals.Stop);
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        serving.Signal(Signals.Continue);
        Assert.Equal(1, remote.Commit(Set("n", 1, turn: turn.Id), InTime).Revision);
        turn.Dispose();
        Assert.Equal(2, queued.WaitAsync(Soon).GetAwaiter().GetResult().Revision);
        Endurance.WaitForWrites(remote, 50, "one", "two");
        var reports = peer.End();
        Note(reports);
        Endurance.Check(remote, reports);
        Endurance.CheckUndisturbed(reports);
        Assert.Equal(0, reports.Sum(report => report.TurnsLost));
        Assert.Equal(0, forgotten);
        serving.Send(PeerFrame.End);
        Assert.Equal(0, long.Parse(Encoding.UTF8.GetString(serving.Next().Payload.Span), CultureInfo.InvariantCulture));
    }

    private void Note(IEnumerable<EnduranceReport> reports)
    {
        foreach (var report in reports)
        {
            _output.WriteLine(report.ToString());
        }
    }
}
