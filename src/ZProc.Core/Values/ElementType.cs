using System.Collections;

namespace ZProc.Core.Values;

/// <summary>
/// The declared type of the items of an array or list, and the code for arrays and lists of it. <see cref="ElementTypes"/> has
/// every one.
/// </summary>
internal abstract class ElementType
{
    protected ElementType(Type type, ValueKind kind)
    {
        Type = type;
        Kind = kind;
    }

    public Type Type { get; }

    public ValueKind Kind { get; }

    /// <summary>The size of an item in bytes where items are stored without their kinds; 0 where each is a value of its own.</summary>
    public abstract int ItemSize { get; }

    /// <summary>Writes the count and the items of an array of exactly this element type.</summary>
    public abstract void WriteArray(ValueEncoder encoder, Array array);

    /// <summary>Writes the count and the items of a list of exactly this element type.</summary>
    public abstract void WriteList(ValueEncoder encoder, IList list);

    public abstract Array ReadArray(ref ValueDecoder decoder, int count);

    public abstract IList ReadList(ref ValueDecoder decoder, int count);
}
