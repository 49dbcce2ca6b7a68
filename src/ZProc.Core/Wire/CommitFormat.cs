using MessagePack;
using ZProc.Core.State;

namespace ZProc.Core.Wire;

/// <summary>The encoding of commits and turns: the request, its result, and the grant of a turn.</summary>
internal static class CommitFormat
{
    public static void Write(ref MessagePackWriter writer, CommitRequest request)
    {
        writer.Write(request.Namespace);
        WireFormat.Write(ref writer, request.Source);
        writer.Write(request.Turn);
        writer.Write(request.EndTurn);
        writer.Write(request.Force);
        writer.WriteArrayHeader(request.Changes.Count);
        foreach (var change in request.Changes)
        {
            Write(ref writer, change);
        }
    }

    public static CommitRequest ReadCommitRequest(ref MessagePackReader reader)
    {
        var ns = WireFormat.ReadText(ref reader);
        var source = WireFormat.ReadSource(ref reader);
        var turn = reader.ReadInt64();
        var endTurn = reader.ReadBoolean();
        var force = reader.ReadBoolean();
        var changes = new Change[WireFormat.ReadCount(ref reader)];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = ReadChange(ref reader);
        }

        return new CommitRequest(ns, source, changes, turn, endTurn, force);
    }

    public static void Write(ref MessagePackWriter writer, CommitResult result)
    {
        writer.Write(result.Changed);
        writer.Write(result.Revision);
        writer.Write(result.Sequence);
        UpdateFormat.Write(ref writer, result.Results);
    }

    public static CommitResult ReadCommitResult(ref MessagePackReader reader) =>
        new(reader.ReadBoolean(), reader.ReadInt64(), reader.ReadInt64(), UpdateFormat.ReadChanges(ref reader));

    public static void Write(ref MessagePackWriter writer, TurnGrant grant)
    {
        writer.Write(grant.Turn);
        writer.Write(grant.Revision);
        writer.Write(grant.Sequence);
    }

    public static TurnGrant ReadTurnGrant(ref MessagePackReader reader) =>
        new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());

    private static void Write(ref MessagePackWriter writer, in Change change)
    {
        writer.WriteUInt8((byte)change.Kind);
        writer.Write(change.Key);
        WireFormat.Write(ref writer, change.Operand);
        writer.WriteUInt8((byte)change.Precondition.Kind);
        switch (change.Precondition.Kind)
        {
            case PreconditionKind.RevisionIs:
                writer.Write(change.Precondition.Revision);
                break;
            case PreconditionKind.ValueIs:
                WireFormat.Write(ref writer, change.Precondition.Value);
                break;
        }
    }

    private static Change ReadChange(ref MessagePackReader reader)
    {
        var kind = (ChangeKind)reader.ReadByte();
        var key = WireFormat.ReadText(ref reader);
        var operand = WireFormat.ReadValidValue(ref reader);
        var precondition = (PreconditionKind)reader.ReadByte();
        return new Change(kind, key, operand, precondition switch
        {
            PreconditionKind.RevisionIs => new Precondition(precondition, Revision: reader.ReadInt64()),
            PreconditionKind.ValueIs => new Precondition(precondition, Value: WireFormat.ReadValidValue(ref reader)),
            _ => new Precondition(precondition),
        });
    }
}
