namespace ZProc.Core.Values;

/// <summary>Compares encoded values as the conditions of users do: less strictly than byte by byte.</summary>
public static class ValueComparer
{
    /// <summary>
    /// Whether two values are equal. Numbers are compared by value, whatever their type; arrays and lists of all types item by item;
    /// dictionaries of all types entry by entry, in any order; all other values by type and value. Keys ignore case, unless one of
    /// the two dictionaries does not. Objects are equal that have the same type names and equal properties, in any order. A member of
    /// an enumeration equals its number, and its name in any case.
    /// </summary>
    /// <exception cref="FaultException"><see cref="Fault.MalformedMessage"/>: one of them is no value.</exception>
    public static bool LooselyEqual(EncodedValue left, EncodedValue right)
    {
        if (left == right)
        {
            return true;
        }

        // Validated values are not nested too deep, and every part of one has a first byte.
        ValueCodec.Validate(left.Bytes.Span);
        ValueCodec.Validate(right.Bytes.Span);
        return AreEqual(left.Bytes.Span, right.Bytes.Span);
    }

    private static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        AreEqual((ValueKind)left[0], left[1..], (ValueKind)right[0], right[1..]);

    private static bool AreEqual(ValueKind leftKind, ReadOnlySpan<byte> left, ValueKind rightKind, ReadOnlySpan<byte> right)
    {
        if (leftKind == rightKind && left.SequenceEqual(right))
        {
            return true;
        }

        if (leftKind.IsNumber() && rightKind.IsNumber())
        {
            // An integer has one encoding in each type, so two different ones of one type are not equal.
            return !(leftKind == rightKind && leftKind.IsInteger()) && Number.AreEqual(Number.Read(leftKind, left), Number.Read(rightKind, right));
        }

        if (leftKind == ValueKind.Enum || rightKind == ValueKind.Enum)
        {
            return leftKind == ValueKind.Enum ? EnumCodec.IsEqual(left, rightKind, right) : EnumCodec.IsEqual(right, leftKind, left);
        }

        if (leftKind.IsSequence() && rightKind.IsSequence())
        {
            return AreItemsEqual(leftKind, left, rightKind, right);
        }

        return ((leftKind.IsDictionary() && rightKind.IsDictionary()) || (leftKind == ValueKind.PropertyBag && rightKind == leftKind))
            && AreEntriesEqual(leftKind, left, rightKind, right);
    }

    private static bool AreItemsEqual(ValueKind leftKind, ReadOnlySpan<byte> left, ValueKind rightKind, ReadOnlySpan<byte> right)
    {
        var leftCursor = new ByteCursor(left);
        var rightCursor = new ByteCursor(right);
        var leftHeader = SequenceHeader.Read(ref leftCursor, leftKind);
        var rightHeader = SequenceHeader.Read(ref rightCursor, rightKind);
        if (leftHeader.Count != rightHeader.Count)
        {
            return false;
        }

        for (var i = 0; i < leftHeader.Count; i++)
        {
            var leftItem = leftHeader.Next(ref leftCursor, out var leftItemKind);
            var rightItem = rightHeader.Next(ref rightCursor, out var rightItemKind);
            if (!AreEqual(leftItemKind, leftItem, rightItemKind, rightItem))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreEntriesEqual(ValueKind leftKind, ReadOnlySpan<byte> left, ValueKind rightKind, ReadOnlySpan<byte> right)
    {
        var leftCursor = new ByteCursor(left);
        var rightCursor = new ByteCursor(right);
        var count = ValueWalker.SkipToEntries(ref leftCursor, leftKind);
        if (ValueWalker.SkipToEntries(ref rightCursor, rightKind) != count)
        {
            return false;
        }

        var isBag = leftKind == ValueKind.PropertyBag;
        if (isBag && !leftCursor.Since(0).SequenceEqual(rightCursor.Since(0)))
        {
            return false;
        }

        var comparer = KeyText.Comparer(ignoresCase: isBag || (left[0] == 1 && right[0] == 1));
        var entries = new Dictionary<string, EntryRange>(count, comparer);
        foreach (var entry in EntryRange.ReadAll(ref leftCursor, count))
        {
            entries[KeyText.Loose(entry.Key(left))] = entry;
        }

        foreach (var entry in EntryRange.ReadAll(ref rightCursor, count))
        {
            // The entry is removed, so that it cannot match twice.
            if (!entries.Remove(KeyText.Loose(entry.Key(right)), out var other) || !AreEqual(other.Value(left), entry.Value(right)))
            {
                return false;
            }
        }

        return true;
    }
}
