namespace ZProc.Core.Values;

/// <summary>An object with named properties, as PowerShell's <c>PSCustomObject</c>.</summary>
public sealed class PropertyBag
{
    /// <summary>Creates it.</summary>
    /// <param name="typeNames">The type names given to the object, most specific first; none for a plain one.</param>
    /// <param name="properties">The properties in order; their names differ by more than case.</param>
    /// <param name="source">The object that it stands for, by which cycles are found; null where there is none.</param>
    public PropertyBag(
        IReadOnlyList<string> typeNames, IReadOnlyList<KeyValuePair<string, object?>> properties, object? source = null)
    {
        ArgumentNullException.ThrowIfNull(typeNames);
        ArgumentNullException.ThrowIfNull(properties);
        TypeNames = typeNames;
        Properties = properties;
        Source = source;
    }

    /// <summary>The type names given to the object, most specific first; none for a plain one.</summary>
    public IReadOnlyList<string> TypeNames { get; }

    /// <summary>The properties in order.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Properties { get; }

    /// <summary>The object that it stands for. It is not encoded.</summary>
    internal object? Source { get; }
}
