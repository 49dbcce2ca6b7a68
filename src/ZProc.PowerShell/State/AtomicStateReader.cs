using ZProc.Core.State;

namespace ZProc.PowerShell;

/// <summary>An atomic block's working copy as commands inside the block see it.</summary>
internal sealed class AtomicStateReader : StateAccess
{
    private readonly AtomicState _block;

    public AtomicStateReader(AtomicState block) => _block = block;

    public override string Namespace => _block.Namespace;

    public override long Revision => _block.Revision;

    public override bool TryGet(string key, out object? value)
    {
        // A copy: what is changed in it does not count, as it does for the block's own $State.
        var found = _block.Find(key);
        value = found is { } present ? PowerShellValues.Decode(present) : null;
        return found is not null;
    }

    public override IReadOnlyList<string> Keys() => _block.Keys();

    public override IEnumerable<KeyValuePair<string, object?>> Entries() =>
        Keys().Select(key => new KeyValuePair<string, object?>(key, TryGet(key, out var value) ? value : null)).ToArray();

    public override CommitResult Commit(IReadOnlyList<Change> changes, bool force = false) => throw _block.NestedUpdate();
}
