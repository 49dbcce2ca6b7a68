using MessagePack;

namespace ZProc.Core.Values;

/// <summary>Values inside MessagePack messages: each is one binary, so that whoever passes it on need not look into it.</summary>
public static class ValueFraming
{
    /// <summary>Writes a value.</summary>
    public static void Write(ref MessagePackWriter writer, EncodedValue value) => writer.Write(value.Bytes.Span);

    /// <summary>Reads a value and checks that it is well-formed, so that nothing else enters a store.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: it is not.</exception>
    /// <exception cref="MessagePackSerializationException">There is no binary.</exception>
    /// <exception cref="EndOfStreamException">The message is cut off.</exception>
    public static EncodedValue Read(ref MessagePackReader reader)
    {
        var bytes = reader.ReadBytes() is { } sequence
            ? System.Buffers.BuffersExtensions.ToArray(sequence)
            : throw ValueFaults.Malformed("there is nothing");
        ValueCodec.Validate(bytes);
        return new EncodedValue(bytes);
    }
}
