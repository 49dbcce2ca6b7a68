using System.Runtime.InteropServices;

namespace ZProc.Core.Values;

/// <summary>
/// An encoded value: immutable bytes, as <see cref="ValueCodec"/> makes them. Equal values of the same type have equal bytes, so
/// the equality of two encodings is the exact equality of the values.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct EncodedValue : IEquatable<EncodedValue>
{
    private readonly byte[]? _bytes;

    /// <summary>Wraps bytes, which may not change any more.</summary>
    public EncodedValue(byte[] bytes) => _bytes = bytes;

    /// <summary>The encoding; the default value is the encoding of null.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ?? NullBytes;

    /// <summary>Its size in bytes.</summary>
    public int Length => Bytes.Length;

    /// <summary>The kind of the value.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: there are no bytes.</exception>
    public ValueKind Kind => new ByteCursor(Bytes.Span).ReadKind();

    private static readonly byte[] NullBytes = [(byte)ValueKind.Null];

    /// <inheritdoc/>
    public bool Equals(EncodedValue other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EncodedValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>Exact equality.</summary>
    public static bool operator ==(EncodedValue left, EncodedValue right) => left.Equals(right);

    /// <summary>Exact inequality.</summary>
    public static bool operator !=(EncodedValue left, EncodedValue right) => !left.Equals(right);
}
