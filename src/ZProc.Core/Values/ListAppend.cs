namespace ZProc.Core.Values;

/// <summary>Appends to encoded lists without decoding them: the server's operation for <see cref="State.ChangeKind.Append"/>.</summary>
public static class ListAppend
{
    /// <summary>
    /// Appends an item to an array or list. The list keeps its type as long as the item is of its element type; otherwise it becomes
    /// an <c>object[]</c> or <c>List&lt;object&gt;</c>.
    /// </summary>
    /// <param name="list">The list now; null or an encoded null for a new <c>object[]</c>.</param>
    /// <param name="item">The item. A list is one item, too.</param>
    /// <param name="limits">How large the result may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <returns>The new list.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: the current value is no list.
    /// <see cref="Fault.ValueTooLarge"/>, <see cref="Fault.ValueNotSupported"/>: the result would be too large, nested too deep, or have regular
    /// expressions that cost too much together.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Append(EncodedValue? list, EncodedValue item, ValueLimits? limits = null)
    {
        if (ValueValidator.Check(item.Bytes.Span, out var hasPatterns) == ValueLimits.MaxDepth)
        {
            throw ValueFaults.TooDeep("$[]");
        }

        var result = Join(list, item, limits ?? ValueLimits.Default);
        if (hasPatterns)
        {
            ValueValidator.CheckResult(result);
        }

        return result;
    }

    private static EncodedValue Join(EncodedValue? list, EncodedValue item, ValueLimits limits)
    {
        var added = item.Bytes.Span;
        var now = list is { Kind: not ValueKind.Null } some ? some.Bytes.Span : EmptyArray;
        var cursor = new ByteCursor(now);
        var kind = cursor.ReadKind();
        if (!kind.IsSequence())
        {
            throw ValueFaults.InvalidOperand($"Only a list can be appended to, and this is of type {kind}");
        }

        var header = SequenceHeader.Read(ref cursor, kind);
        var items = now[cursor.Position..];
        var elementType = ElementTypeBytes(now, kind);
        var buffer = new ByteBuffer(now.Length + added.Length + 1, limits.MaxBytes);
        if (ElementTypeCodec.Fits(added, header.Element, elementType))
        {
            buffer.WriteKind(kind);
            buffer.WriteBytes(elementType);
            buffer.WriteCount(header.Count + 1);
            buffer.WriteBytes(items);
            buffer.WriteBytes(header.ItemSize > 0 ? added[1..] : added);
            return buffer.ToValue();
        }

        ValueValidator.Check(now);
        buffer.WriteKind(kind);
        buffer.WriteKind(ValueKind.Object);
        buffer.WriteCount(header.Count + 1);
        for (var i = 0; i < header.Count; i++)
        {
            var payload = header.Next(ref cursor, out var itemKind);
            buffer.WriteKind(itemKind);
            buffer.WriteBytes(payload);
        }

        buffer.WriteBytes(added);
        return buffer.ToValue();
    }

    private static ReadOnlySpan<byte> EmptyArray => [(byte)ValueKind.Array, (byte)ValueKind.Object, 0];

    private static ReadOnlySpan<byte> ElementTypeBytes(ReadOnlySpan<byte> list, ValueKind kind)
    {
        var cursor = new ByteCursor(list);
        cursor.ReadKind();
        if (kind != ValueKind.ArrayList)
        {
            ElementTypeCodec.Skip(ref cursor);
        }

        return cursor.Since(1);
    }
}
