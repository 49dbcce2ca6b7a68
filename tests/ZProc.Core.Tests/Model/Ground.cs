using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.State;
using ZProc.Core.Tests.Engines;
using ZProc.Core.Tests.Server;
using ZProc.StatePeer;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Model;

/// <summary>The state of a model test, and the ways to it: for clients here and in other processes, directly or through links that the test disturbs.</summary>
internal abstract class Ground : IDisposable
{
    private readonly List<CuttableProxy> _links = [];

    /// <summary>The limits where the test chooses them.</summary>
    protected static StoreOptions ChosenLimits { get; } = new()
    {
        MaximumValueBytes = StepGenerators.MaximumValueBytes, MaximumUpdates = 1_000_000, MaximumUpdateBytes = 1L << 30, // all are compared at the end
    };

    /// <summary>A client that nothing disturbs.</summary>
    public abstract IClient Observer { get; }

    /// <summary>The largest value that the state takes.</summary>
    public int MaximumValueBytes => Observer.Limits.MaximumValueBytes;

    /// <summary>The newest sequence while no client works.</summary>
    public long Sequence => Observer.GetSnapshot("sequence", fresh: true).Sequence;

    /// <summary>Makes the ground for a test.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="servers">The shared servers.</param>
    public static Ground Create(GroundKind kind, EngineServers servers) => kind switch
    {
        GroundKind.OwnServer => new ServerGround(ChosenLimits),
        GroundKind.DurableAlways => new DurableGround(Durability.Always, ChosenLimits),
        GroundKind.DurableInterval => new DurableGround(Durability.Interval, ChosenLimits),
        GroundKind.Redis => new EngineGround(servers.Of(EngineKind.Redis), ChosenLimits),
        _ => new EngineGround(servers.Of(EngineKind.Garnet), ChosenLimits),
    };

    /// <summary>The address of the state, as text.</summary>
    /// <param name="link">The link on the way; null for none.</param>
    public abstract string Address(CuttableProxy? link = null);

    /// <summary>A new client in this process.</summary>
    public IClient Connect() => PeerClient.Connect(Address(), InTime);

    /// <summary>A new link to the state.</summary>
    public CuttableProxy AddLink()
    {
        var link = CreateLink();
        _links.Add(link);
        return link;
    }

    /// <summary>The revisions of namespaces as those see them who come when all clients have left. The ground cannot be used any more.</summary>
    public abstract IReadOnlyList<long> Reopen(IEnumerable<string> namespaces);

    public void Dispose()
    {
        Close();
        _links.ForEach(link => link.Dispose());
    }

    protected abstract CuttableProxy CreateLink();

    protected abstract void Close();
}
