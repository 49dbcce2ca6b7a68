using System.Buffers;
using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Wire;

/// <summary>
/// How what the state is made of looks on the wire. Each part is written and read here, side by side. Counts are
/// checked against what is left before anything is allocated, so a hostile message costs no more than its own size.
/// </summary>
internal static class WireFormat
{
    public static void Write(ref MessagePackWriter writer, Guid id)
    {
        writer.WriteBinHeader(16);
        id.TryWriteBytes(writer.GetSpan(16));
        writer.Advance(16);
    }

    public static Guid ReadGuid(ref MessagePackReader reader)
    {
        var bytes = reader.ReadBytes() ?? throw Malformed("an id is missing");
        if (bytes.Length != 16)
        {
            throw Malformed("an id has the wrong length");
        }

        Span<byte> copy = stackalloc byte[16];
        bytes.CopyTo(copy);
        return new Guid(copy);
    }

    public static string ReadText(ref MessagePackReader reader) => reader.ReadString() ?? throw Malformed("a text is missing");

    public static void Write(ref MessagePackWriter writer, EncodedValue? value)
    {
        if (value is { } present)
        {
            writer.Write(present.Bytes.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static EncodedValue? ReadValue(ref MessagePackReader reader) =>
        reader.ReadBytes() is { } bytes ? new EncodedValue(bytes.ToArray()) : null;

    public static void Write(ref MessagePackWriter writer, Source source)
    {
        Write(ref writer, source.Id);
        writer.Write(source.Name);
        writer.Write(source.ProcessId);
    }

    public static Source ReadSource(ref MessagePackReader reader) =>
        new(ReadGuid(ref reader), ReadText(ref reader), reader.ReadInt32());

    public static void Write(ref MessagePackWriter writer, CommitRequest request)
    {
        writer.Write(request.Namespace);
        Write(ref writer, request.Source);
        writer.Write(request.Turn);
        writer.Write(request.EndTurn);
        writer.Write(request.Force);
        writer.WriteArrayHeader(request.Changes.Count);
        foreach (var change in request.Changes)
        {
            writer.WriteUInt8((byte)change.Kind);
            writer.Write(change.Key);
            Write(ref writer, change.Operand);
            writer.WriteUInt8((byte)change.Precondition.Kind);
            switch (change.Precondition.Kind)
            {
                case PreconditionKind.RevisionIs:
                    writer.Write(change.Precondition.Revision);
                    break;
                case PreconditionKind.ValueIs:
                    Write(ref writer, change.Precondition.Value);
                    break;
            }
        }
    }

    public static CommitRequest ReadCommitRequest(ref MessagePackReader reader)
    {
        var ns = ReadText(ref reader);
        var source = ReadSource(ref reader);
        var turn = reader.ReadInt64();
        var endTurn = reader.ReadBoolean();
        var force = reader.ReadBoolean();
        var changes = new Change[ReadCount(ref reader)];
        for (var i = 0; i < changes.Length; i++)
        {
            var kind = (ChangeKind)reader.ReadByte();
            var key = ReadText(ref reader);
            var operand = ReadCheckedValue(ref reader);
            var asked = (PreconditionKind)reader.ReadByte();
            var precondition = asked switch
            {
                PreconditionKind.RevisionIs => new Precondition(asked, Revision: reader.ReadInt64()),
                PreconditionKind.ValueIs => new Precondition(asked, Value: ReadCheckedValue(ref reader)),
                _ => new Precondition(asked),
            };
            changes[i] = new Change(kind, key, operand, precondition);
        }

        return new CommitRequest(ns, source, changes, turn, endTurn, force);
    }

    public static void Write(ref MessagePackWriter writer, CommitResult result)
    {
        writer.Write(result.Changed);
        writer.Write(result.Revision);
        writer.Write(result.Sequence);
        Write(ref writer, result.Results);
    }

    public static CommitResult ReadCommitResult(ref MessagePackReader reader) =>
        new(reader.ReadBoolean(), reader.ReadInt64(), reader.ReadInt64(), ReadChanges(ref reader));

    public static void Write(ref MessagePackWriter writer, TurnGrant grant)
    {
        writer.Write(grant.Turn);
        writer.Write(grant.Revision);
        writer.Write(grant.Sequence);
    }

    public static TurnGrant ReadTurnGrant(ref MessagePackReader reader) =>
        new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());

    public static void Write(ref MessagePackWriter writer, Update update)
    {
        writer.Write(update.Namespace);
        writer.Write(update.Revision);
        writer.Write(update.Sequence);
        writer.Write(update.Timestamp.Ticks);
        Write(ref writer, update.Source);
        writer.Write(update.RemovesNamespace);
        Write(ref writer, update.Changes);
    }

    public static Update ReadUpdate(ref MessagePackReader reader)
    {
        var ns = ReadText(ref reader);
        var revision = reader.ReadInt64();
        var sequence = reader.ReadInt64();
        var timestamp = ReadTime(ref reader);
        var source = ReadSource(ref reader);
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
        var updates = new Update[ReadCount(ref reader)];
        for (var i = 0; i < updates.Length; i++)
        {
            updates[i] = ReadUpdate(ref reader);
        }

        return new UpdatePage(revision, updates);
    }

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
        var namespaces = new NamespaceInfo[ReadCount(ref reader)];
        for (var i = 0; i < namespaces.Length; i++)
        {
            namespaces[i] = new NamespaceInfo(
                ReadText(ref reader), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), ReadTime(ref reader));
        }

        return namespaces;
    }

    public static void Write(ref MessagePackWriter writer, NamespaceSummary summary)
    {
        writer.Write(summary.Revision);
        writer.Write(summary.Count);
    }

    public static NamespaceSummary ReadSummary(ref MessagePackReader reader) => new(reader.ReadInt64(), reader.ReadInt32());

    public static void Write(ref MessagePackWriter writer, StoreOptions options)
    {
        writer.Write(options.MaximumUpdates);
        writer.Write(options.MaximumUpdateBytes);
        writer.Write(options.MinimumUpdates);
        writer.Write(options.MaximumValueBytes);
    }

    public static StoreOptions ReadStoreOptions(ref MessagePackReader reader)
    {
        try
        {
            return new StoreOptions
            {
                MaximumUpdates = reader.ReadInt32(),
                MaximumUpdateBytes = reader.ReadInt64(),
                MinimumUpdates = reader.ReadInt32(),
                MaximumValueBytes = reader.ReadInt32(),
            };
        }
        catch (FaultException fault) when (fault.Fault == Fault.InvalidArgument)
        {
            throw Malformed("a limit is out of range");
        }
    }

    public static void WriteOptional(ref MessagePackWriter writer, long? number)
    {
        if (number is { } present)
        {
            writer.Write(present);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static long? ReadOptional(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt64();

    public static void Write(ref MessagePackWriter writer, Entry? entry)
    {
        if (entry is { } present)
        {
            Write(ref writer, present.Value);
            writer.Write(present.Revision);
            writer.Write(present.Updated.Ticks);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static Entry? ReadEntry(ref MessagePackReader reader) =>
        ReadValue(ref reader) is { } value ? new Entry(value, reader.ReadInt64(), ReadTime(ref reader)) : null;

    public static void Write(ref MessagePackWriter writer, Snapshot snapshot)
    {
        writer.Write(snapshot.Namespace);
        writer.Write(snapshot.Revision);
        writer.Write(snapshot.Sequence);
        Write(ref writer, snapshot.Unordered, 0, snapshot.Count);
    }

    /// <param name="reader">Where it is.</param>
    /// <param name="entries">Those that came before, to which the others are added; null where there are none.</param>
    public static Snapshot ReadSnapshot(ref MessagePackReader reader, List<KeyValuePair<string, Entry>>? entries = null)
    {
        entries ??= [];
        var ns = ReadText(ref reader);
        var revision = reader.ReadInt64();
        var sequence = reader.ReadInt64();
        ReadEntries(ref reader, entries);
        return new Snapshot(ns, revision, sequence, [.. entries]);
    }

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyValuePair<string, Entry>> entries, int begin, int end)
    {
        writer.WriteArrayHeader(end - begin);
        for (var i = begin; i < end; i++)
        {
            writer.Write(entries[i].Key);
            Write(ref writer, entries[i].Value);
        }
    }

    public static void ReadEntries(ref MessagePackReader reader, List<KeyValuePair<string, Entry>> entries)
    {
        for (var left = ReadCount(ref reader); left > 0; left--)
        {
            entries.Add(new(ReadText(ref reader), ReadEntry(ref reader) ?? throw Malformed("an entry is missing")));
        }
    }

    public static void Write(ref MessagePackWriter writer, FaultException fault)
    {
        writer.Write((int)fault.Fault);
        writer.Write(fault.Message);
        switch (fault.Target)
        {
            case long number:
                writer.Write(number);
                break;
            case string text:
                writer.Write(text);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    public static FaultException ReadFault(ref MessagePackReader reader)
    {
        var fault = (Fault)reader.ReadInt32();
        var message = ReadText(ref reader);
        object? target = reader.NextMessagePackType switch
        {
            MessagePackType.Integer => reader.ReadInt64(),
            MessagePackType.String => reader.ReadString(),
            _ => null,
        };
        return new FaultException(Enum.IsDefined(fault) ? fault : Fault.MalformedMessage, message, target);
    }

    public static FaultException Malformed(string what) => new(Fault.MalformedMessage, $"A message could not be understood: {what}.");

    private static void Write(ref MessagePackWriter writer, IReadOnlyList<KeyChange> changes)
    {
        writer.WriteArrayHeader(changes.Count);
        foreach (var change in changes)
        {
            writer.Write(change.Key);
            Write(ref writer, change.Before);
            Write(ref writer, change.After);
        }
    }

    private static KeyChange[] ReadChanges(ref MessagePackReader reader)
    {
        var changes = new KeyChange[ReadCount(ref reader)];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = new KeyChange(ReadText(ref reader), ReadValue(ref reader), ReadValue(ref reader));
        }

        return changes;
    }

    /// <summary>A value from a client, looked through before the state takes it: others will have to read it.</summary>
    private static EncodedValue ReadCheckedValue(ref MessagePackReader reader)
    {
        var value = ReadValue(ref reader) ?? default;
        ValueCodec.Validate(value.Bytes.Span);
        return value;
    }

    // The reader itself refuses a header that claims more items than there are bytes left.
    private static int ReadCount(ref MessagePackReader reader) =>
        reader.ReadArrayHeader() is var count and <= WireLimits.Items ? count : throw Malformed("a count is too large");

    private static DateTime ReadTime(ref MessagePackReader reader)
    {
        var ticks = reader.ReadInt64();
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime(ticks, DateTimeKind.Utc)
            : throw Malformed("a time is out of range");
    }
}
