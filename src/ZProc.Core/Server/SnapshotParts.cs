using System.Buffers;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The reply with a large namespace, sent in parts: most entries go ahead of the reply, each part when the client has credit. So
/// the namespace is never encoded whole, and the server serves other clients between the parts.
/// </summary>
internal sealed class SnapshotParts
{
    private const int EntryBytes = 32; // the most that an entry takes beside its key and value

    private readonly Outgoing _reply;
    private readonly Snapshot _snapshot;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * WireLimits.ChunkBytes);
    private int _next;

    public SnapshotParts(Outgoing reply, Snapshot snapshot)
    {
        _reply = reply;
        _snapshot = snapshot;
    }

    /// <summary>The reply itself, with the entries that no part has. It is sent last.</summary>
    public Outgoing Reply => _reply with
    {
        Outcome = new Snapshot(_snapshot.Namespace, _snapshot.Revision, _snapshot.Sequence, [.. _snapshot.Unordered.Skip(_next)]),
    };

    /// <summary>Whether a namespace is too large for one message.</summary>
    public static bool AreNeeded(Snapshot snapshot) => PartEnd(snapshot.Unordered, 0) < snapshot.Count;

    /// <summary>Builds the next part to send before the reply, if there is one. The message is valid until the next call.</summary>
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
            writer.Write(content.Parts._reply.Request);
            writer.Write(content.Parts._snapshot.Count); // of all parts together
            NamespaceFormat.Write(ref writer, content.Parts._snapshot.Unordered, content.Begin, content.Parts._next);
        });
        message = _buffer.WrittenSpan;
        return true;
    }

    /// <summary>The end of the part that begins at an entry. A part has as many entries as fit, and at least one.</summary>
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
