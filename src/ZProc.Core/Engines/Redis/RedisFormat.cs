using System.Buffers;
using System.Buffers.Binary;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Core.Engines.Redis;

/// <summary>The form of updates, entries and records of namespaces on the engine. The scripts write them.</summary>
internal static class RedisFormat
{
    /// <summary>The bytes of an entry before its value: the revision and the time.</summary>
    private const int EntryHeader = 2 * sizeof(long);

    private const int SpaceNumbers = 7;

    /// <summary>A revision as the scripts compare it.</summary>
    public static byte[] Revision(long revision)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, revision);
        return bytes;
    }

    /// <summary>A source as a part of an update.</summary>
    public static byte[] Write(Source source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        WireFormat.Write(ref writer, source);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an entry; null for a missing one.</summary>
    public static Entry? ReadEntry(byte[]? bytes) => bytes is null
        ? null
        : bytes.Length <= EntryHeader ? throw RedisReply.Malformed()
        : new Entry(new EncodedValue(bytes[EntryHeader..]), BinaryPrimitives.ReadInt64BigEndian(bytes), Time(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(sizeof(long)))));

    /// <summary>Reads an update, with the stamp that tells it from any other of the same revision.</summary>
    /// <exception cref="FaultException">MalformedMessage.</exception>
    public static StampedUpdate ReadUpdate(byte[] bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            var ns = WireFormat.ReadText(ref reader);
            var revision = reader.ReadInt64();
            var sequence = reader.ReadInt64();
            var time = Time(reader.ReadInt64());
            var source = WireFormat.ReadSource(ref reader);
            var removes = reader.ReadBoolean();
            var stamp = reader.ReadBytes()!.Value.ToArray();
            var changes = UpdateFormat.ReadChanges(ref reader);
            Array.Sort(changes, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
            return new StampedUpdate(new Update(ns, revision, sequence, time, source, changes) { RemovesNamespace = removes }, stamp);
        }
        catch (Exception exception) when (Message.IsMalformed(exception))
        {
            throw RedisReply.Malformed();
        }
    }

    /// <summary>Reads the record of a namespace.</summary>
    public static NamespaceInfo ReadSpace(string ns, byte[] bytes)
    {
        if (bytes.Length < SpaceNumbers * sizeof(long))
        {
            throw RedisReply.Malformed();
        }

        long At(int index) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(index * sizeof(long)));
        var (revision, removed, count, size, time, kept) = (At(0), At(1), At(2), At(3), At(5), At(6));
        var oldest = Math.Max(revision - kept + 1, removed + 1);
        return new NamespaceInfo(ns, (int)count, size, revision, oldest - 1, Time(time));
    }

    private static DateTime Time(long microseconds) => DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
