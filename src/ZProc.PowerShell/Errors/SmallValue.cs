using System.Management.Automation;
using ZProc.Core.Values;
using ZProc.Core;

namespace ZProc.Errors;

/// <summary>
/// The values beside an error: data and nothing else, of bounded size. Each is encoded by itself, so that one which does
/// not travel leaves the error as it is.
/// </summary>
internal static class SmallValue
{
    private static readonly ValueLimits Limits = new() { MaxBytes = 64 * 1024 };

    /// <summary>Encodes a value that travels exactly; null for every other.</summary>
    public static byte[]? TryEncode(object? value)
    {
        try
        {
            return ValueCodec.Encode(value is PSObject wrapped ? wrapped.BaseObject : value, limits: Limits).Bytes.ToArray();
        }
        catch (FaultException fault) when (fault.Fault is Fault.ValueNotSupported or Fault.ValueTooLarge)
        {
            return null;
        }
    }

    /// <summary>Makes it again.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>.</exception>
    public static object? Decode(byte[] bytes) => ValueCodec.Decode(bytes);
}
