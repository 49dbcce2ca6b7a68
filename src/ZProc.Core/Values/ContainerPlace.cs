namespace ZProc.Core.Values;

/// <summary>A container that is being written, and the place in it of the value that comes next.</summary>
internal struct ContainerPlace
{
    /// <summary>The object by which a cycle is found.</summary>
    public object? Container;

    /// <summary>The key in a dictionary or the name of a property; null in a list.</summary>
    public object? Key;

    /// <summary>The position in a list.</summary>
    public int Index;
}
