using ZProc.Core.Values;
using ZProc.Core;

namespace ZProc.Values;

/// <summary>The codec as commands use it: with PowerShell's own objects.</summary>
internal static class PowerShellValues
{
    private static readonly ForeignValues Foreign = new();

    /// <summary>Encodes a value.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="limits">How large it may be.</param>
    /// <exception cref="FaultException">
    /// <see cref="Fault.ValueNotSupported"/>, with the path inside the value as its target, or <see cref="Fault.ValueTooLarge"/>.
    /// </exception>
    public static EncodedValue Encode(object? value, ValueLimits? limits = null) => ValueCodec.Encode(value, Foreign, limits);

    /// <summary>Encodes a value that a parameter was given.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="parameter">The parameter, for the error.</param>
    /// <exception cref="FaultException">As for others; the message begins with the parameter.</exception>
    public static EncodedValue Encode(object? value, string parameter)
    {
        try
        {
            return Encode(value);
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"{parameter}: {fault.Message}", fault.Target, fault);
        }
    }

    /// <summary>Makes the value again: new objects each time.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static object? Decode(EncodedValue value) => ValueCodec.Decode(value, Foreign);
}
