using System.Buffers;
using MessagePack;
using ZProc.Core;
using ZProc.Core.Wire;

namespace ZProc.StatePeer;

/// <summary>How observations travel from the other process.</summary>
internal static class ObservationFormat
{
    public static byte[] Write(IReadOnlyList<Observation> observations)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(observations.Count);
        foreach (var observation in observations)
        {
            Write(ref writer, observation);
        }

        writer.Flush();
        return buffer.WrittenMemory.ToArray();
    }

    public static List<Observation> Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var observations = new List<Observation>(reader.ReadArrayHeader());
        for (var i = observations.Capacity; i > 0; i--)
        {
            observations.Add(Read(ref reader));
        }

        return observations;
    }

    private static void Write(ref MessagePackWriter writer, Observation observation)
    {
        writer.Write(observation.Client);
        writer.Write(observation.Index);
        writer.Write((int)observation.Kind);
        writer.Write(observation.Namespace);
        writer.Write(observation.Before);
        writer.Write(observation.After);
        writer.Write(observation.Turn);
        switch (observation.Kind)
        {
            case ObservationKind.Commit:
                writer.Write(observation.Hurried);
                CommitFormat.Write(ref writer, observation.Request!);
                writer.Write(observation.Fault is null);
                if (observation.Fault is { } fault)
                {
                    writer.Write((int)fault.Fault);
                    writer.Write(fault.Message);
                }
                else
                {
                    CommitFormat.Write(ref writer, observation.Result!);
                }

                break;
            case ObservationKind.Get:
                writer.Write(observation.Key);
                NamespaceFormat.Write(ref writer, observation.Entry);
                break;
            case ObservationKind.Snapshot:
                NamespaceFormat.Write(ref writer, observation.Snapshot!);
                break;
            default:
                writer.Write(observation.Revision);
                break;
        }
    }

    private static Observation Read(ref MessagePackReader reader)
    {
        var observation = new Observation(reader.ReadInt32(), reader.ReadInt32(), (ObservationKind)reader.ReadInt32(), reader.ReadString()!)
        {
            Before = reader.ReadInt64(),
            After = reader.ReadInt64(),
            Turn = reader.ReadInt32(),
        };
        return observation.Kind switch
        {
            ObservationKind.Commit => ReadOutcome(ref reader, observation with { Hurried = reader.ReadBoolean(), Request = CommitFormat.ReadCommitRequest(ref reader) }),
            ObservationKind.Get => observation with { Key = reader.ReadString(), Entry = NamespaceFormat.ReadEntry(ref reader) },
            ObservationKind.Snapshot => observation with { Snapshot = NamespaceFormat.ReadSnapshot(ref reader) },
            _ => observation with { Revision = reader.ReadInt64() },
        };
    }

    private static Observation ReadOutcome(ref MessagePackReader reader, Observation observation) => reader.ReadBoolean()
        ? observation with { Result = CommitFormat.ReadCommitResult(ref reader) }
        : observation with { Fault = new FaultException((Fault)reader.ReadInt32(), reader.ReadString()!) };
}
