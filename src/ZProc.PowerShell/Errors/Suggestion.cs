namespace ZProc.Errors;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class Suggestion
{
    /// <summary>The name that was meant, as a sentence that goes into a message after another one; empty where there is none.</summary>
    /// <param name="typed">The name as it was typed.</param>
    /// <param name="known">The names to choose from.</param>
    public static string Sentence(string typed, IEnumerable<string> known) => For(typed, known) is { } meant ? $" Did you mean '{meant}'?" : "";

    /// <summary>The known name that needs the fewest changes; null when each needs too many for the length of the name.</summary>
    /// <param name="typed">The name as it was typed.</param>
    /// <param name="known">The names to choose from.</param>
    public static string? For(string typed, IEnumerable<string> known)
    {
        string? best = null;
        var upper = typed.ToUpperInvariant();
        var fewest = MostChanges(typed.Length) + 1;
        foreach (var name in known)
        {
            if (Math.Abs(name.Length - upper.Length) < fewest && Changes(upper, name.ToUpperInvariant()) is var changes && changes < fewest)
            {
                (best, fewest) = (name, changes);
            }
        }

        return best;
    }

    // With more changes, any short name becomes any other.
    private static int MostChanges(int length) => length < 3 ? 0 : length < 6 ? 1 : 2;

    /// <summary>How many letters have to be added, removed or replaced, or swapped with their neighbour, to make one name of the other.</summary>
    private static int Changes(string from, string to)
    {
        var before = new int[to.Length + 1]; // the row before the last one
        var last = Enumerable.Range(0, to.Length + 1).ToArray();
        var row = new int[to.Length + 1];
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[^1];
    }
}
