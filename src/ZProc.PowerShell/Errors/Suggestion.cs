namespace ZProc.Errors;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class Suggestion
{
    private const int MostChanges = 2;

    /// <summary>The known name that needs the fewest changes; null when each needs more than two.</summary>
    /// <param name="typed">The name as it was typed.</param>
    /// <param name="known">The names to choose from.</param>
    public static string? For(string typed, IEnumerable<string> known)
    {
        string? best = null;
        var fewest = MostChanges + 1;
        foreach (var name in known)
        {
            if (Math.Abs(name.Length - typed.Length) < fewest && Changes(typed.ToUpperInvariant(), name.ToUpperInvariant()) is var changes && changes < fewest)
            {
                (best, fewest) = (name, changes);
            }
        }

        return best;
    }

    /// <summary>How many letters have to be added, removed or replaced to make one name of the other.</summary>
    private static int Changes(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (var i = 0; i <= to.Length; i++)
        {
            row[i] = i;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
