namespace ZProc.Errors;

/// <summary>What an exception is made of, apart from its type.</summary>
/// <param name="Message">What it said.</param>
/// <param name="Text">What its message was made from: the type itself may add to that, as <c>(Parameter 'x')</c>; null when it was made of nothing.</param>
/// <param name="Causes">Its inner exceptions; more than one only for an <see cref="AggregateException"/>.</param>
/// <param name="Properties">What its type has beyond every exception, by name.</param>
internal sealed record ExceptionParts(string Message, string? Text, Exception[] Causes, IReadOnlyDictionary<string, object?> Properties)
{
    /// <summary>Its first inner exception.</summary>
    public Exception? Cause => Causes.FirstOrDefault();
}
