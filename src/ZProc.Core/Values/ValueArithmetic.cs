using System.Numerics;

namespace ZProc.Core.Values;

/// <summary>
/// The changes that the server makes itself. They work on encoded values and never make what is inside.
/// A current value of null counts as missing.
/// </summary>
public static class ValueArithmetic
{
    /// <summary>Adds two numbers.</summary>
    /// <remarks>
    /// Two of one type give that type. Otherwise, as PowerShell has it: a decimal wins over everything; a BigInteger over the other
    /// integers; of two integers the larger type wins, and where only one has a sign and the other is as large, the next larger one
    /// that has (at 64 bits and more: the one without); integers and floating-point numbers give a double; of two floating-point types the larger.
    /// Infinity comes of infinity only: two numbers whose sum is beyond a floating-point type are refused, as with the other types.
    /// </remarks>
    /// <param name="current">The number now; null counts as 0.</param>
    /// <param name="by">What to add.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: one of them is no number, or the sum does not fit its type.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Add(EncodedValue? current, EncodedValue by)
    {
        var byKind = RequireNumber(by);
        if (current is not { Kind: not ValueKind.Null } now)
        {
            return by;
        }

        var kind = SumKind(RequireNumber(now), byKind);
        var (left, right) = (ReadNumber(now), ReadNumber(by));
        try
        {
            return ValueCodec.Encode(Add(kind, left, right));
        }
        catch (OverflowException e)
        {
            throw Invalid($"{left} plus {right} is no {kind} any more. Set the key to a larger type first", e);
        }
    }

    /// <summary>
    /// Appends an item to an array or list, which keeps its type as long as the item is of its element type, and otherwise becomes
    /// an <c>object[]</c> or <c>List&lt;object&gt;</c>.
    /// </summary>
    /// <param name="list">The list now; null for a new <c>object[]</c>.</param>
    /// <param name="item">The item. A list is one item, too.</param>
    /// <param name="limits">How large the result may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <returns>The new list.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: there is something else than a list.
    /// <see cref="Fault.ValueTooLarge"/>, <see cref="Fault.ValueNotSupported"/>: the result would be too large, or nested too deep.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Append(EncodedValue? list, EncodedValue item, ValueLimits? limits = null)
    {
        var added = item.Bytes.Span;
        var itemCursor = new ByteCursor(added);
        if (ValueWalker.Skip(ref itemCursor) == ValueLimits.MaxDepth)
        {
            throw ValueFaults.TooDeep("$[]");
        }

        if (itemCursor.Remaining != 0)
        {
            throw ValueFaults.Malformed("there is more behind the value");
        }

        var now = list is { Kind: not ValueKind.Null } some ? some.Bytes.Span : EmptyArray;
        var cursor = new ByteCursor(now);
        var kind = cursor.ReadKind();
        if (!kind.IsSequence())
        {
            throw Invalid($"Only a list can be appended to, and this is of type {kind}");
        }

        var header = SequenceHeader.Read(ref cursor, kind);
        var afterCount = cursor.Position;
        var type = ElementTypeOf(now, kind);
        var buffer = new ByteBuffer(now.Length + added.Length + 1, (limits ?? ValueLimits.Default).MaxBytes);
        if (header.Element == ValueKind.Object || added.StartsWith(type) || (added[0] == (byte)ValueKind.Null && IsReference(header.Element)))
        {
            buffer.WriteKind(kind);
            buffer.WriteBytes(type);
            buffer.WriteCount(header.Count + 1);
            buffer.WriteBytes(now[afterCount..]);
            buffer.WriteBytes(header.ItemSize > 0 ? added[1..] : added);
            return buffer.ToValue();
        }

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

    /// <summary>
    /// Puts entries into a dictionary, or properties into an object, which keeps its type, its order and the spelling of the keys it has.
    /// </summary>
    /// <param name="dictionary">The dictionary now; null for none, which gives the entries as they are.</param>
    /// <param name="entries">A dictionary or an object with properties; its values win.</param>
    /// <param name="limits">How large the result may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <returns>The new dictionary.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: one of them is no dictionary, or a key does not fit the dictionary's type.
    /// <see cref="Fault.ValueTooLarge"/>: the result would be too large.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Merge(EncodedValue? dictionary, EncodedValue entries, ValueLimits? limits = null)
    {
        var added = EntryTable.Read(entries);
        if (dictionary is not { Kind: not ValueKind.Null } now)
        {
            return entries;
        }

        var table = EntryTable.Read(now);
        table.Put(added);
        return table.ToValue(limits ?? ValueLimits.Default);
    }

    private static ReadOnlySpan<byte> EmptyArray => [(byte)ValueKind.Array, (byte)ValueKind.Object, 0];

    private static object Add(ValueKind kind, Number left, Number right)
    {
        switch (kind)
        {
            case ValueKind.Decimal:
                return left.ToDecimal() + right.ToDecimal();
            case ValueKind.Double or ValueKind.Single or ValueKind.Half:
                return AddFloating(kind, left, right);
        }

        var sum = left.ToInteger() + right.ToInteger();
        return kind switch
        {
            // One arm must say object, or all become a BigInteger.
            ValueKind.SByte => (object)(sbyte)sum,
            ValueKind.Byte => (byte)sum,
            ValueKind.Int16 => (short)sum,
            ValueKind.UInt16 => (ushort)sum,
            ValueKind.Int32 => (int)sum,
            ValueKind.UInt32 => (uint)sum,
            ValueKind.Int64 => (long)sum,
            ValueKind.UInt64 => (ulong)sum,
            ValueKind.Int128 => (Int128)sum,
            ValueKind.UInt128 => (UInt128)sum,
            _ => sum,
        };
    }

    private static object AddFloating(ValueKind kind, Number left, Number right)
    {
        object sum = kind switch
        {
            ValueKind.Double => left.ToDouble() + right.ToDouble(),
            ValueKind.Single => (float)left.ToDouble() + (float)right.ToDouble(),
            _ => (Half)left.ToDouble() + (Half)right.ToDouble(),
        };
        var isInfinite = sum is double.PositiveInfinity or double.NegativeInfinity
            || (sum is float single && float.IsInfinity(single))
            || (sum is Half half && Half.IsInfinity(half));
        return isInfinite && !left.IsInfinite && !right.IsInfinite ? throw new OverflowException() : sum;
    }

    /// <summary>The type of a sum. Kinds of numbers are numbered from narrow to wide, so mostly it is the greater one.</summary>
    private static ValueKind SumKind(ValueKind left, ValueKind right)
    {
        var (low, high) = left < right ? (left, right) : (right, left);
        if (low == high || high == ValueKind.Decimal || high == ValueKind.BigInteger || !low.IsInteger())
        {
            return high;
        }

        if (!high.IsInteger())
        {
            return ValueKind.Double;
        }

        // Signed and unsigned alternate from SByte on. An unsigned type has room for a negative summand only in the next signed one.
        var mixed = IsSigned(low) && !IsSigned(high);
        return mixed && high < ValueKind.UInt64 ? high + 1 : high;
    }

    private static bool IsSigned(ValueKind kind) => (kind - ValueKind.SByte) % 2 == 0;

    private static ValueKind RequireNumber(EncodedValue value)
    {
        var kind = value.Kind;
        if (!kind.IsNumber())
        {
            throw Invalid($"Only numbers can be added, and this is of type {kind}");
        }

        ValueCodec.Validate(value.Bytes.Span);
        return kind;
    }

    private static Number ReadNumber(EncodedValue value) => Number.Read(value.Kind, value.Bytes.Span[1..]);

    /// <summary>The bytes that name the element type of a list: every value of that type starts with the same.</summary>
    private static ReadOnlySpan<byte> ElementTypeOf(ReadOnlySpan<byte> list, ValueKind kind)
    {
        var cursor = new ByteCursor(list);
        cursor.ReadKind();
        if (kind != ValueKind.ArrayList)
        {
            ElementType.Skip(ref cursor);
        }

        return cursor.Since(1);
    }

    private static bool IsReference(ValueKind element) =>
        element is ValueKind.String or ValueKind.Version or ValueKind.Uri or ValueKind.IPAddress or ValueKind.Regex
            or ValueKind.Array or ValueKind.ArrayList or ValueKind.Hashtable or ValueKind.OrderedDictionary;

    private static FaultException Invalid(string message, Exception? inner = null) => new(Fault.InvalidArgument, message + ".", inner: inner);
}
