namespace ZProc.Core.Values;

/// <summary>
/// The containers around the value that is being written, and the place in each. It finds cycles, bounds the depth, and names
/// the path of a value that cannot be written. A place costs one store per item; only an error reads it.
/// </summary>
internal sealed class ContainerStack
{
    private readonly ContainerPlace[] _places = new ContainerPlace[ValueLimits.MaxDepth];
    private int _depth;

    /// <summary>The position of the next value in the innermost list.</summary>
    public int Index
    {
        set => _places[_depth - 1].Index = value;
    }

    /// <summary>The key of the next value in the innermost dictionary, or the name of the property.</summary>
    public object? Key
    {
        set => _places[_depth - 1].Key = value;
    }

    /// <summary>The path of the value that is being written.</summary>
    public string Path => PathAt(_depth);

    /// <summary>The path of the innermost container.</summary>
    public string OuterPath => PathAt(_depth - 1);

    /// <summary>Goes into a container.</summary>
    /// <param name="container">The object by which a cycle is found.</param>
    /// <exception cref="FaultException"><see cref="Fault.ValueNotSupported"/>: a cycle, or too many levels.</exception>
    public void Enter(object container)
    {
        for (var i = 0; i < _depth; i++)
        {
            if (ReferenceEquals(_places[i].Container, container))
            {
                throw NotSupported($"contains itself: it is the value at {PathAt(i)} again");
            }
        }

        if (_depth == _places.Length)
        {
            throw ValueFaults.TooDeep(Path);
        }

        _places[_depth++].Container = container;
    }

    /// <summary>Goes out of the innermost container.</summary>
    public void Leave() => _places[--_depth] = default;

    /// <summary>Goes out of every container, after an error.</summary>
    public void Clear()
    {
        Array.Clear(_places, 0, _depth);
        _depth = 0;
    }

    /// <summary>The error for the value that is being written.</summary>
    public FaultException NotSupported(string reason) => ValueFaults.NotSupported(Path, reason);

    /// <summary>The error for an innermost container that another thread changes meanwhile.</summary>
    public FaultException Changed() => ValueFaults.NotSupported(OuterPath, "was changed by another thread while it was read");

    private string PathAt(int depth) => ValuePath.Format(_places.AsSpan(0, depth));
}
