using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>An atomic block's working copy as commands inside the block see it.</summary>
internal sealed class AtomicStateReader : StateAccess
{
    private readonly AtomicState _block;

    public AtomicStateReader(AtomicState block) => _block = block;

    public override string Namespace => _block.Namespace;

    public override long Revision => _block.Revision;

    public override bool TryGet(string key, out object? value) => _block.TryGet(key, out value);

    public override IReadOnlyList<string> Keys() => _block.Keys();

    public override IEnumerable<KeyValuePair<string, object?>> Entries() => _block.Entries();

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false) => throw _block.NestedUpdate();
}
