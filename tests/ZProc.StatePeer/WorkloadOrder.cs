using System.Buffers;
using MessagePack;

namespace ZProc.StatePeer;

/// <summary>The work of the clients of a concurrent test.</summary>
/// <param name="Seed">From which their steps are drawn.</param>
/// <param name="Operations">How many operations each makes at least.</param>
/// <param name="Watches">Whether each watches everything.</param>
/// <param name="Namespaces">Where.</param>
internal sealed record WorkloadOrder(long Seed, int Operations, bool Watches, IReadOnlyList<string> Namespaces)
{
    /// <summary>The order as it travels to another process, which is told where its clients connect and how they are numbered.</summary>
    public byte[] Write(int firstNumber, IReadOnlyList<string> connections)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.Write(firstNumber);
        WriteAll(ref writer, connections);
        writer.Write(Seed);
        writer.Write(Operations);
        writer.Write(Watches);
        WriteAll(ref writer, Namespaces);
        writer.Flush();
        return buffer.WrittenMemory.ToArray();
    }

    public static WorkloadOrder Read(ReadOnlyMemory<byte> bytes, out int firstNumber, out IReadOnlyList<string> connections)
    {
        var reader = new MessagePackReader(bytes);
        firstNumber = reader.ReadInt32();
        connections = ReadAll(ref reader);
        return new WorkloadOrder(reader.ReadInt64(), reader.ReadInt32(), reader.ReadBoolean(), ReadAll(ref reader));
    }

    private static void WriteAll(ref MessagePackWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteArrayHeader(texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text);
        }
    }

    private static string[] ReadAll(ref MessagePackReader reader)
    {
        var texts = new string[reader.ReadArrayHeader()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadString()!;
        }

        return texts;
    }
}
