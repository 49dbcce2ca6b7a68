using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Diagnostics;
using ZProc.Core.Values;
using ZProc.Values;

namespace ZProc.Errors;

/// <summary>
/// Encodes the values in an exception's properties and data, up to 64 KiB each. Each value is encoded by itself, so that one that
/// cannot be encoded does not affect the others.
/// </summary>
internal static class SmallValue
{
    private static readonly ValueLimits Limits = new() { MaxBytes = 64 * 1024 };

    /// <summary>Encodes a value of a type that decodes exactly; null for every other value.</summary>
    public static byte[]? TryEncode(object? value)
    {
        try
        {
            return ValueCodec.Encode(BaseObject.Of(value), limits: Limits).Bytes.ToArray();
        }
        catch (FaultException fault) when (fault.Fault is Fault.ValueNotSupported or Fault.ValueTooLarge)
        {
            // Expected: the value cannot be part of the error.
            ZProcEventSource.Log.FaultCaught(nameof(SmallValue), fault);
            return null;
        }
    }

    /// <summary>Decodes a value.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static object? Decode(byte[] bytes) => ValueCodec.Decode(bytes);
}
