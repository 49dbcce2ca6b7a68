using ZProc.Core.Values;

namespace ZProc.PowerShell;

/// <summary>The codec as commands use it: with PowerShell's own objects.</summary>
internal static class PowerShellValues
{
    private static readonly ForeignValues Foreign = new();

    /// <summary>Encodes a value.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="limits">How large it may be.</param>
    /// <exception cref="Core.FaultException">
    /// <see cref="Core.Fault.ValueNotSupported"/>, with the path inside the value as its target, or <see cref="Core.Fault.ValueTooLarge"/>.
    /// </exception>
    public static EncodedValue Encode(object? value, ValueLimits? limits = null) => ValueCodec.Encode(value, Foreign, limits);

    /// <summary>Makes the value again: new objects each time.</summary>
    /// <exception cref="Core.FaultException"><see cref="Core.Fault.MalformedMessage"/>: the bytes are no value.</exception>
    public static object? Decode(EncodedValue value) => ValueCodec.Decode(value, Foreign);
}
