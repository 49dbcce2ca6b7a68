namespace ZProc.Errors;

/// <summary>Stands for an exception of another process, of a type that is not rebuilt here.</summary>
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

    /// <summary>The properties of the original type that not every exception has, by name, as far as their values can be part of the state.</summary>
    public IReadOnlyDictionary<string, object?> Properties { get; }
}
