using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>Assembles a snapshot whose entries come in parts. For the thread that handles the stream; any thread may ask for <see cref="Arrived"/>.</summary>
internal sealed class SnapshotAssembly
{
    private readonly List<KeyValuePair<string, Entry>> _entries = [];
    private Transfer _arrived; // a lock on the entries guards it

    /// <summary>How much has arrived in parts.</summary>
    public Transfer Arrived
    {
        get
        {
            lock (_entries)
            {
                return _arrived;
            }
        }
    }

    /// <summary>Drops the parts, because the request is sent again.</summary>
    public void Clear()
    {
        _entries.Clear();
        Note(default);
    }

    /// <summary>Adds a part.</summary>
    public void Take(ref MessagePackReader body)
    {
        var begin = body.Consumed;
        var all = body.ReadInt32();
        NamespaceFormat.ReadEntries(ref body, _entries);
        Note(new Transfer(_entries.Count, all, Arrived.Bytes + body.Consumed - begin));
    }

    /// <summary>Reads the reply, which has the last entries.</summary>
    public Snapshot Finish(ref MessagePackReader body) => NamespaceFormat.ReadSnapshot(ref body, _entries);

    private void Note(Transfer arrived)
    {
        lock (_entries)
        {
            _arrived = arrived;
        }
    }
}
