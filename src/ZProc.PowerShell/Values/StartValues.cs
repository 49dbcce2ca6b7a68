using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.Values;

/// <summary>
/// Encodes and decodes the values that a process is given when it starts: its props and arguments. They are no part of the state, so
/// they may hold a <c>SecureString</c> or a <c>PSCredential</c>.
/// </summary>
internal static class StartValues
{
    private static readonly ForeignValues WithSecrets = new(takesSecrets: true);

    /// <summary>Encodes the value of a command's parameter.</summary>
    /// <param name="value">The value.</param>
    /// <param name="parameter">The parameter, with which the message of an error begins.</param>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/> or <see cref="Fault.ValueTooLarge"/>.</exception>
    public static EncodedValue Encode(object? value, string parameter)
    {
        try
        {
            return ValueCodec.Encode(value, WithSecrets, null);
        }
        catch (FaultException fault) when (fault.Fault == Fault.ValueTooLarge)
        {
            throw new FaultException(
                fault.Fault, $"{parameter}: the value takes more than the {ValueLimits.Default.MaxBytes:N0} bytes that a value can take. Write it to a file and pass the path.", fault.Target, fault);
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"{parameter}: {fault.Message}", fault.Target, fault);
        }
    }

    /// <summary>Decodes a value, into new objects each time.</summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: the bytes are not a value.</exception>
    public static object? Decode(EncodedValue value) => ValueCodec.Decode(value, WithSecrets);
}
