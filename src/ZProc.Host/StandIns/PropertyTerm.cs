namespace Microsoft.PowerShell.Commands;

/// <summary>One element of a -Property argument: a name, a wildcard, a script block or a hashtable of these.</summary>
internal sealed class PropertyTerm
{
    private readonly string? _name;
    private readonly ScriptBlock? _script;

    private PropertyTerm(string? name, ScriptBlock? script, string? label, bool? descending)
    {
        _name = name;
        _script = script;
        Label = label;
        Descending = descending;
    }

    /// <summary>The name given to a calculated value.</summary>
    public string? Label { get; }

    /// <summary>The term's own direction, where it has one.</summary>
    public bool? Descending { get; }

    /// <summary>What the result is called.</summary>
    public string Name => Label ?? _name ?? _script!.ToString().Trim();

    public bool IsWildcard => _name is not null && WildcardPattern.ContainsWildcardCharacters(_name);

    public static PropertyTerm Parse(object term)
    {
        object bare = term is PSObject wrapped ? wrapped.BaseObject : term;
        if (bare is not IDictionary table)
            return bare is ScriptBlock script ? new PropertyTerm(null, script, null, null) : new PropertyTerm(Convert.ToString(bare, CultureInfo.InvariantCulture)!, null, null, null);

        string? label = null;
        object? expression = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            string key = entry.Key.ToString()!;
            if (Means(key, "Name") || Means(key, "Label"))
                label = entry.Value?.ToString();
            else if (Means(key, "Expression"))
                expression = entry.Value is PSObject inner ? inner.BaseObject : entry.Value;
            else if (Means(key, "Descending"))
                descending = LanguagePrimitives.IsTrue(entry.Value);
            else if (Means(key, "Ascending"))
                descending = !LanguagePrimitives.IsTrue(entry.Value);
            else
                throw new PSArgumentException($"'{key}' is no key of a calculated property.");
        }

        if (expression is ScriptBlock block)
            return new PropertyTerm(null, block, label, descending);
        return new PropertyTerm(expression?.ToString() ?? label ?? throw new PSArgumentException("A calculated property needs an Expression."), null, label, descending);
    }

    public static PropertyTerm[] ParseAll(object[]? terms) => terms is null ? [] : [.. terms.Where(term => term is not null).Select(Parse)];

    /// <summary>True if the object has what the term names; a script block always counts.</summary>
    public bool Exists(PSObject item) => _script is not null || item.Properties[_name] is not null || Entry(item, out _);

    /// <summary>The value for an object; null where it has no such property.</summary>
    public object? Value(PSObject? item)
    {
        if (item is null)
            return null;
        if (_script is not null)
        {
            Collection<PSObject> results = _script.InvokeWithContext(null, [new PSVariable("_", item)]);
            return results.Count switch { 0 => null, 1 => results[0], _ => results.ToArray<object>() };
        }

        if (Entry(item, out object? found))
            return found;
        try
        {
            return item.Properties[_name]?.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    /// <summary>The properties a name or wildcard stands for.</summary>
    public IEnumerable<PSPropertyInfo> Properties(PSObject item) => item.Properties.Match(_name);

    /// <summary>Hashtables and their like answer by key before property, as member access does.</summary>
    private bool Entry(PSObject item, out object? value)
    {
        if (_name is not null && item.BaseObject is IDictionary table && table.Contains(_name))
        {
            value = table[_name];
            return true;
        }

        value = null;
        return false;
    }

    private static bool Means(string key, string full) =>
        key.Length > 0 && full.StartsWith(key, StringComparison.OrdinalIgnoreCase);
}
