using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>Encodes and decodes values, PowerShell's own objects included.</summary>
internal static class PowerShellValues
{
    private static readonly ForeignValues Foreign = new();

    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="limits">The limits of its size; null for the default ones.</param>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>, with the path inside the value as its target, or <see cref="Fault.ValueTooLarge"/>.
    /// </exception>
    public static EncodedValue Encode(object? value, ValueLimits? limits = null) => ValueCodec.Encode(value, Foreign, limits);

    /// <summary>Decodes a value, into new objects each time.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are not a value.</exception>
    public static object? Decode(EncodedValue value) => ValueCodec.Decode(value, Foreign);

    /// <summary>Decodes the value of a key. An error about the value names the key, so that the others can still be read.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static object? Decode(string key, EncodedValue value)
    {
        try
        {
            return Decode(value);
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"Key '{key}': {fault.Message}", key, fault);
        }
    }
}
