namespace ZProc.Core.Values;

/// <summary>The errors of the encoding.</summary>
internal static class ValueFaults
{
    public static FaultException Malformed(string what) =>
        new(Fault.MalformedMessage, $"These bytes are no value of ZProc: {what}.");

    public static FaultException OutOfRange(ValueKind kind) => Malformed($"a {kind} is out of range");

    public static FaultException UnknownKind(ValueKind kind) => Malformed($"{(int)kind} is no kind of value");

    public static FaultException NestedTooDeep() => Malformed($"they are nested deeper than {ValueLimits.MaxDepth} levels");

    public static FaultException TooLarge(int limit) =>
        new(Fault.ValueTooLarge, $"The value takes more than the {limit:N0} bytes that are allowed. Split it over several keys, or raise the limit.");

    public static FaultException TooDeep(string path) =>
        NotSupported(path, $"is nested deeper than {ValueLimits.MaxDepth} levels");

    public static FaultException NotSupported(string path, string reason, Exception? inner = null) =>
        new(Fault.ValueNotSupported, $"The value at {path} {reason}.", path, inner);

    /// <summary>The error for a server operation on a value of the wrong type.</summary>
    public static FaultException InvalidOperand(string message, Exception? inner = null) => new(Fault.InvalidArgument, message + ".", inner: inner);
}
