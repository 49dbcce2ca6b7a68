using MessagePack;
using ZProc.Core.State;

namespace ZProc.Core.Wire;

/// <summary>The encoding of namespaces: their entries, snapshots, summaries, and the list of all.</summary>
internal static class NamespaceFormat
{
    /// <summary>Writes an entry; nil for a missing one.</summary>
    public static void Write(ref MessagePackWriter writer, Entry? entry)
    {
        if (entry is { } present)
        {
            WireFormat.Write(ref writer, present.Value);
            writer.Write(present.Revision);
            writer.Write(present.Updated.Ticks);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static Entry? ReadEntry(ref MessagePackReader reader) =>
        WireFormat.ReadValue(ref reader) is { } value ? new Entry(value, reader.ReadInt64(), WireFormat.ReadTime(ref reader)) : null;

    /// <summary>Writes a range of a namespace's entries.</summary>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyValuePair<string, Entry>> entries, int begin, int end)
    {
        writer.WriteArrayHeader(end - begin);
        for (var i = begin; i < end; i++)
        {
            writer.Write(entries[i].Key);
            Write(ref writer, entries[i].Value);
        }
    }

    /// <summary>Reads entries and adds them to a list.</summary>
    public static void ReadEntries(ref MessagePackReader reader, List<KeyValuePair<string, Entry>> entries)
    {
        for (var left = WireFormat.ReadCount(ref reader); left > 0; left--)
        {
            entries.Add(new(WireFormat.ReadText(ref reader), ReadEntry(ref reader) ?? throw Message.Malformed("an entry is missing")));
        }
    }

    public static void Write(ref MessagePackWriter writer, Snapshot snapshot)
    {
        writer.Write(snapshot.Namespace);
        writer.Write(snapshot.Revision);
        writer.Write(snapshot.Sequence);
        Write(ref writer, snapshot.Unordered, 0, snapshot.Count);
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="reader">The message's body.</param>
    /// <param name="entries">The entries that came in earlier parts, to which the rest is added; null where there were none.</param>
    public static Snapshot ReadSnapshot(ref MessagePackReader reader, List<KeyValuePair<string, Entry>>? entries = null)
    {
        entries ??= [];
        var ns = WireFormat.ReadText(ref reader);
        var revision = reader.ReadInt64();
        var sequence = reader.ReadInt64();
        ReadEntries(ref reader, entries);
        return new Snapshot(ns, revision, sequence, [.. entries]);
    }

    public static void Write(ref MessagePackWriter writer, NamespaceSummary summary)
    {
        writer.Write(summary.Revision);
        writer.Write(summary.Count);
    }

    public static NamespaceSummary ReadSummary(ref MessagePackReader reader) => new(reader.ReadInt64(), reader.ReadInt32());

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<NamespaceInfo> namespaces)
    {
        writer.WriteArrayHeader(namespaces.Count);
        foreach (var info in namespaces)
        {
            writer.Write(info.Name);
            writer.Write(info.Count);
            writer.Write(info.Bytes);
            writer.Write(info.Revision);
            writer.Write(info.OldestRevision);
            writer.Write(info.Updated.Ticks);
        }
    }

    public static NamespaceInfo[] ReadNamespaces(ref MessagePackReader reader)
    {
        var namespaces = new NamespaceInfo[WireFormat.ReadCount(ref reader)];
        for (var i = 0; i < namespaces.Length; i++)
        {
            namespaces[i] = new NamespaceInfo(
                WireFormat.ReadText(ref reader), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), WireFormat.ReadTime(ref reader));
        }

        return namespaces;
    }
}
