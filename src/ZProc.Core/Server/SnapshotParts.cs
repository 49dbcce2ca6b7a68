using System.Buffers;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The answer with a large namespace, on its way to one client: most of its entries go ahead of it, a part at a time as the
/// client takes them. So however large it is, it is never encoded whole, and the server has time for others between its parts.
/// </summary>
internal sealed class SnapshotParts
{
    private const int EntryBytes = 32; // what an entry has beside its key and value, at most

    private readonly Outgoing _answer;
    private readonly Snapshot _snapshot;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * WireLimits.ChunkBytes);
    private int _next;

    public SnapshotParts(Outgoing answer, Snapshot snapshot)
    {
        _answer = answer;
        _snapshot = snapshot;
    }

    /// <summary>The answer itself, which has what is left of the entries. The last to be sent.</summary>
    public Outgoing Answer => _answer with
    {
        Outcome = new Snapshot(_snapshot.Namespace, _snapshot.Revision, _snapshot.Sequence, [.. _snapshot.Unordered.Skip(_next)]),
    };

    /// <summary>Whether a namespace is too large for one message.</summary>
    public static bool AreNeeded(Snapshot snapshot) => PartEnd(snapshot.Unordered, 0) < snapshot.Count;

    /// <summary>The next part to be sent before the answer, if there is one. It is there until the next call.</summary>
    public bool TryNext(out ReadOnlySpan<byte> message)
    {
        var begin = _next;
        var end = PartEnd(_snapshot.Unordered, begin);
        if (end == _snapshot.Count)
        {
            message = [];
            return false;
        }

        _next = end;
        _buffer.ResetWrittenCount();
        Message.Build(_buffer, MessageType.SnapshotPart, (Parts: this, Begin: begin), static (ref MessagePackWriter writer, (SnapshotParts Parts, int Begin) content) =>
        {
            writer.Write(content.Parts._answer.Request);
            WireFormat.Write(ref writer, content.Parts._snapshot.Unordered, content.Begin, content.Parts._next);
        });
        message = _buffer.WrittenSpan;
        return true;
    }

    /// <summary>Where a part ends that begins at an entry: with as many as fit, and with one that is larger than that.</summary>
    private static int PartEnd(IReadOnlyList<KeyValuePair<string, Entry>> entries, int begin)
    {
        var bytes = 0L;
        var end = begin;
        while (end < entries.Count && bytes < WireLimits.ChunkBytes)
        {
            bytes += EntryBytes + entries[end].Key.Length + entries[end].Value.Value.Length;
            end++;
        }

        return end;
    }
}
