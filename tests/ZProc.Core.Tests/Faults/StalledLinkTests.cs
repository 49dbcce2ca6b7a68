using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Tests.Server;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Faults;

/// <summary>Links that stall for longer than a session. They take so long that they are run by hand.</summary>
public sealed class StalledLinkTests : IDisposable
{
    private static readonly TimeSpan LongerThanSession = TimeSpan.FromSeconds(17);

    private readonly ITestOutputHelper _output;
    private readonly StateServer _server = StateServer.Start(CuttableProxy.AnyPort);
    private readonly LocalClient _local;
    private readonly CuttableProxy _link;
    private readonly Endurance _behind;
    private readonly Endurance _other;

    public StalledLinkTests(ITestOutputHelper output)
    {
        Signals.SkipUnlessKnown();
        _output = output;
        _local = new LocalClient(_server.Store);
        _link = new CuttableProxy(_server.Connection);
        _behind = new Endurance(_link.Connection, "behind 1", "behind 2");
        _other = new Endurance(_server.Connection, "other");
        WaitForAll();
    }

    public void Dispose()
    {
        _behind.Dispose();
        _other.Dispose();
        _link.Dispose();
        _server.Dispose();
    }

    [Theory(Explicit = true)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_that_stalled_in_one_direction_for_longer_than_a_session_is_used_again(bool fromClients)
    {
        Assert.True((fromClients ? _link.FromClients : _link.ToClients).StallAsync(LongerThanSession).Wait(Soon));
        Check();
    }

    [Fact(Explicit = true)]
    public void A_client_that_was_stopped_while_it_reconnected_tries_again()
    {
        _link.ToClients.Hold();
        _link.Cut();
        Thread.Sleep(TimeSpan.FromSeconds(0.5)); // the handshake has begun, and has no answer
        _behind.Signal(Signals.Stop);
        Thread.Sleep(LongerThanSession);
        _link.ToClients.Release();
        _behind.Signal(Signals.Continue);
        Check();
    }

    private void Check()
    {
        WaitForAll();
        StatePeer.EnduranceReport[] reports = [.. _behind.End(), .. _other.End()];
        foreach (var report in reports)
        {
            _output.WriteLine(report.ToString());
        }

        Endurance.Check(_local, reports);
        Assert.All(reports, report => Assert.Null(report.Failure));
        Endurance.CheckUndisturbed([reports[^1]]);
        Assert.Equal(0, _server.Statistics.MalformedMessages);
    }

    private void WaitForAll() => Endurance.WaitForWrites(_local, 50, "behind 1", "behind 2", "other");
}
