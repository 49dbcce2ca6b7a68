using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>What has come of a namespace that was asked for, as a large one comes in parts. Belongs to whoever takes the stream.</summary>
internal sealed class SnapshotAssembly
{
    private readonly List<KeyValuePair<string, Entry>> _entries = [];

    /// <summary>Forgets what has come: the request is sent again.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Takes a part.</summary>
    public void Take(ref MessagePackReader body) => NamespaceFormat.ReadEntries(ref body, _entries);

    /// <summary>Takes the answer, which ends it.</summary>
    public Snapshot Finish(ref MessagePackReader body) => NamespaceFormat.ReadSnapshot(ref body, _entries);
}
