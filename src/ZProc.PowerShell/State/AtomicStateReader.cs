using ZProc.Core;
using ZProc.Core.State;

namespace ZProc.State;

/// <summary>The working copy of an atomic block, as commands inside the block read it. Changes are refused.</summary>
internal sealed class AtomicStateReader : StateAccess
{
    private readonly AtomicState _block;

    public AtomicStateReader(AtomicState block) => _block = block;

    public override string Namespace => _block.Namespace;

    public override long Revision => _block.Revision;

    public override int Count => _block.Count;

    public override StoreOptions Limits => _block.Limits;

    // A copy, as everywhere outside the block's own $State: a change inside the value does not count.
    public override ZStateEntry? Find(string key) => _block.FindCopy(key);

    public override IReadOnlyList<string> Keys() => _block.Keys();

    public override IEnumerable<ZStateEntry> Entries() => Keys().Select(key => Find(key)!);

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false, Deadline deadline = default) => throw _block.NestedUpdate();
}
