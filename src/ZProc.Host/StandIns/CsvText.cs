namespace Microsoft.PowerShell.Commands;

/// <summary>Reads and writes lines of comma-separated values.</summary>
internal static class CsvText
{
    public static string[] Names(PSObject item) =>
        item.BaseObject is IDictionary table ? [.. table.Keys.Cast<object>().Select(key => key.ToString()!)] : [.. item.Properties.Select(property => property.Name)];

    public static string Line(IEnumerable<string?> values, char delimiter, Func<string, bool> quoted) => string.Join(delimiter, values.Select(value =>
        value is null ? string.Empty : quoted(value) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value));

    public static string? Text(PSObject item, string name)
    {
        object? value;
        try
        {
            value = item.BaseObject is IDictionary table ? table[name] : item.Properties[name]?.Value;
        }
        catch (GetValueException)
        {
            return null;
        }

        return value is null ? null : LanguagePrimitives.ConvertTo<string>(value is IFormattable and not PSObject ? LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.CurrentCulture) : value);
    }

    /// <summary>The records of a text; a quoted value may hold delimiters, quotes and ends of lines.</summary>
    public static IEnumerable<List<string>> Records(TextReader reader, char delimiter)
    {
        var record = new List<string>();
        var value = new StringBuilder();
        bool quoted = false;
        bool any = false;
        for (int read = reader.Read(); read >= 0; read = reader.Read())
        {
            char letter = (char)read;
            if (quoted)
            {
                if (letter != '"')
                    value.Append(letter);
                else if (reader.Peek() == '"')
                    value.Append((char)reader.Read());
                else
                    quoted = false;
                continue;
            }

            if (letter == '"' && value.Length == 0)
            {
                quoted = true;
                any = true;
            }
            else if (letter == delimiter)
            {
                record.Add(value.ToString());
                value.Clear();
                any = true;
            }
            else if (letter is '\n' or '\r')
            {
                if (letter == '\r' && reader.Peek() == '\n')
                    reader.Read();
                if (any || value.Length > 0)
                {
                    record.Add(value.ToString());
                    yield return record;
                }

                record = [];
                value.Clear();
                any = false;
            }
            else
            {
                value.Append(letter);
            }
        }

        if (any || value.Length > 0)
        {
            record.Add(value.ToString());
            yield return record;
        }
    }

    /// <summary>The objects of a text, whose first record names the properties unless names are given.</summary>
    public static IEnumerable<PSObject> Objects(TextReader reader, char delimiter, string[]? header)
    {
        foreach (List<string> record in Records(reader, delimiter))
        {
            if (header is null)
            {
                if (!record[0].StartsWith("#TYPE", StringComparison.Ordinal))
                    header = [.. record];
                continue;
            }

            var item = new PSObject();
            for (int index = 0; index < header.Length; index++)
                item.Properties.Add(new PSNoteProperty(header[index], index < record.Count ? record[index] : null));
            yield return item;
        }
    }
}
