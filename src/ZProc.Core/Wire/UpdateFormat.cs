using MessagePack;
using ZProc.Core.State;

namespace ZProc.Core.Wire;

/// <summary>The encoding of updates, of pages of them, and of the changes in one.</summary>
internal static class UpdateFormat
{
    public static void Write(ref MessagePackWriter writer, Update update)
    {
        writer.Write(update.Namespace);
        writer.Write(update.Revision);
        writer.Write(update.Sequence);
        writer.Write(update.Timestamp.Ticks);
        WireFormat.Write(ref writer, update.Source);
        writer.Write(update.RemovesNamespace);
        Write(ref writer, update.Changes);
    }

    public static Update ReadUpdate(ref MessagePackReader reader)
    {
        var ns = WireFormat.ReadText(ref reader);
        var revision = reader.ReadInt64();
        var sequence = reader.ReadInt64();
        var timestamp = WireFormat.ReadTime(ref reader);
        var source = WireFormat.ReadSource(ref reader);
        var removesNamespace = reader.ReadBoolean();
        return new Update(ns, revision, sequence, timestamp, source, ReadChanges(ref reader)) { RemovesNamespace = removesNamespace };
    }

    public static void Write(ref MessagePackWriter writer, UpdatePage page)
    {
        writer.Write(page.Revision);
        writer.WriteArrayHeader(page.Updates.Count);
        foreach (var update in page.Updates)
        {
            Write(ref writer, update);
        }
    }

    public static UpdatePage ReadUpdatePage(ref MessagePackReader reader)
    {
        var revision = reader.ReadInt64();
        var updates = new Update[WireFormat.ReadCount(ref reader)];
        for (var i = 0; i < updates.Length; i++)
        {
            updates[i] = ReadUpdate(ref reader);
        }

        return new UpdatePage(revision, updates);
    }

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyChange> changes)
    {
        writer.WriteArrayHeader(changes.Count);
        foreach (var change in changes)
        {
            writer.Write(change.Key);
            WireFormat.Write(ref writer, change.Before);
            WireFormat.Write(ref writer, change.After);
        }
    }

    public static KeyChange[] ReadChanges(ref MessagePackReader reader)
    {
        var changes = new KeyChange[WireFormat.ReadCount(ref reader)];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = new KeyChange(WireFormat.ReadText(ref reader), WireFormat.ReadValue(ref reader), WireFormat.ReadValue(ref reader));
        }

        return changes;
    }
}
