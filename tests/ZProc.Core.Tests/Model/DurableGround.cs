using ZProc.Core.Durable;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Durable;
using ZProc.Core.Tests.Server;

namespace ZProc.Core.Tests.Model;

/// <summary>ZProc's own server in this process, with its state on disk.</summary>
internal sealed class DurableGround : ServerGround
{
    private const string State = "state";

    private readonly TemporaryFolder _folder;
    private readonly StoreOptions _limits;

    public DurableGround(Durability durability, StoreOptions limits)
        : this(new TemporaryFolder(), durability, limits)
    {
    }

    private DurableGround(TemporaryFolder folder, Durability durability, StoreOptions limits)
        : base(StateServer.Start(new DurableOptions(folder[State], durability), CuttableProxy.AnyPort, limits))
    {
        _folder = folder;
        _limits = limits;
    }

    public override IReadOnlyList<long> Reopen(IEnumerable<string> namespaces)
    {
        base.Close();
        var store = Store.Open(new DurableOptions(_folder[State]), _limits);
        long[] revisions = [.. namespaces.Select(ns => store.Summarize(ns).Revision)];
        store.Close(new FaultException(Fault.ContextStopped, "stopped"));
        return revisions;
    }

    protected override void Close()
    {
        base.Close();
        _folder.Dispose();
    }
}
