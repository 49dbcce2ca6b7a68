using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using MessagePack;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.StatePeer;

/// <summary>The updates that a buffered watch over all keys of a namespace saw: a fingerprint of each, in order.</summary>
internal sealed class WatchedUpdates
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Watch _watch;
    private readonly List<long> _seen = [];
    private long _revision;

    public WatchedUpdates(IClient client, string ns) => _watch = client.Watch(new WatchOptions { Namespace = ns, SinceRevision = 0 });

    /// <summary>A number that differs for updates that differ in any part.</summary>
    public static long FingerprintOf(Update update)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        UpdateFormat.Write(ref writer, update);
        writer.Flush();
        return BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(buffer.WrittenSpan));
    }

    public void ReadWhatIsThere()
    {
        while (_watch.TryRead(out var update))
        {
            Add(update);
        }
    }

    /// <summary>Reads on to a revision, and looks whether more comes.</summary>
    public IReadOnlyList<long> ReadTo(long revision)
    {
        while (_revision < revision && _watch.Read(Deadline.After(Patience)) is { } update)
        {
            Add(update);
        }

        ReadWhatIsThere();
        _watch.Dispose();
        return _seen;
    }

    private void Add(Update update)
    {
        _revision = update.Revision;
        _seen.Add(FingerprintOf(update));
    }
}
