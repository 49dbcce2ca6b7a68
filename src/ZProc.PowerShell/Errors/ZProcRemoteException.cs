namespace ZProc.Errors;

/// <summary>Stands in for an exception whose type is not rebuilt outside the process that threw it.</summary>
public sealed class ZProcRemoteException : Exception
{
    internal ZProcRemoteException(IReadOnlyList<string> typeNames, string message, Exception? inner, IReadOnlyDictionary<string, object?>? properties = null)
        : base(message, inner)
    {
        TypeNames = typeNames;
        Properties = properties ?? new Dictionary<string, object?>();
    }

    /// <summary>The original type's full name and those of its base types, most derived first.</summary>
    public IReadOnlyList<string> TypeNames { get; }

    /// <summary>What the original type has beyond every exception, by name: those of its properties whose values may be part of the state.</summary>
    public IReadOnlyDictionary<string, object?> Properties { get; }
}
