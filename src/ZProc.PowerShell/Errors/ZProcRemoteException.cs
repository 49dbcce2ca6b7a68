namespace ZProc.PowerShell;

/// <summary>Stands in for an exception whose type is not rebuilt outside the process that threw it.</summary>
public sealed class ZProcRemoteException : Exception
{
    internal ZProcRemoteException(IReadOnlyList<string> typeNames, string message, Exception? inner)
        : base(message, inner) => TypeNames = typeNames;

    /// <summary>The original type's full name and those of its base types, most derived first.</summary>
    public IReadOnlyList<string> TypeNames { get; }
}
