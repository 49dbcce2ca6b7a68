namespace ZProc.Core.Values;

/// <summary>Merges encoded dictionaries without decoding them: the server's operation for <see cref="State.ChangeKind.Merge"/>.</summary>
public static class DictionaryMerge
{
    /// <summary>
    /// Puts entries into a dictionary, or properties into an object, which keeps its type, its order and the spelling of the keys it has.
    /// </summary>
    /// <param name="dictionary">The dictionary now; null or an encoded null for none, which gives the entries as they are.</param>
    /// <param name="entries">A dictionary or an object with properties; its values win.</param>
    /// <param name="limits">How large the result may be; <see cref="ValueLimits.Default"/> if null.</param>
    /// <returns>The new dictionary.</returns>
    /// <exception cref="FaultException">
    /// <see cref="Fault.InvalidArgument"/>: one of them is no dictionary, or a key does not fit the dictionary's type.
    /// <see cref="Fault.ValueTooLarge"/>: the result would be too large.
    /// <see cref="Fault.ValueNotSupported"/>: it would have regular expressions that cost too much together.
    /// <see cref="Fault.MalformedMessage"/>: one of them is no value.
    /// </exception>
    public static EncodedValue Merge(EncodedValue? dictionary, EncodedValue entries, ValueLimits? limits = null)
    {
        var added = EntryTable.Read(entries);
        if (dictionary is not { Kind: not ValueKind.Null } now)
        {
            return entries;
        }

        var result = EntryTable.Read(now).With(added, limits ?? ValueLimits.Default);
        if (added.HasPatterns)
        {
            ValueValidator.CheckResult(result);
        }

        return result;
    }
}
