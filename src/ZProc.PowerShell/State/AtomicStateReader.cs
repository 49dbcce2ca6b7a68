using ZProc.Core.State;

namespace ZProc.State;

/// <summary>An atomic block's working copy as commands inside the block see it.</summary>
internal sealed class AtomicStateReader : StateAccess
{
    private readonly AtomicState _block;

    public AtomicStateReader(AtomicState block) => _block = block;

    public override string Namespace => _block.Namespace;

    public override long Revision => _block.Revision;

    public override int Count => _block.Count;

    public override StoreOptions Limits => _block.Limits;

    // A copy: what is changed in it does not count, as it does for the block's own $State.
    public override ZStateEntry? Find(string key) =>
        _block.FindCopy(key);

    public override IReadOnlyList<string> Keys() => _block.Keys();

    public override IEnumerable<ZStateEntry> Entries() => Keys().Select(key => Find(key)!);

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false) => throw _block.NestedUpdate();
}
