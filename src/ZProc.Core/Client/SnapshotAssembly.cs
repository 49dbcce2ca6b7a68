using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Assembles a snapshot whose entries come in parts. Only the thread that handles the stream uses it.</summary>
internal sealed class SnapshotAssembly
{
    private readonly List<KeyValuePair<string, Entry>> _entries = [];

    /// <summary>Drops the parts, because the request is sent again.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>Adds a part.</summary>
    public void Take(ref MessagePackReader body) => NamespaceFormat.ReadEntries(ref body, _entries);

    /// <summary>Reads the reply, which has the last entries.</summary>
    public Snapshot Finish(ref MessagePackReader body) => NamespaceFormat.ReadSnapshot(ref body, _entries);
}
