namespace ZProc.Errors;

/// <summary>The parts from which an exception is rebuilt, apart from its type.</summary>
/// <param name="Message">Its message.</param>
/// <param name="Text">The text from which the type makes the message, perhaps with an addition such as <c>(Parameter 'x')</c>; null when there is none.</param>
/// <param name="Causes">Its inner exceptions; more than one only for an <see cref="AggregateException"/>.</param>
/// <param name="Properties">The properties that not every exception has, by name.</param>
internal sealed record ExceptionParts(string Message, string? Text, Exception[] Causes, IReadOnlyDictionary<string, object?> Properties)
{
    /// <summary>Its first inner exception.</summary>
    public Exception? Cause => Causes.FirstOrDefault();
}
