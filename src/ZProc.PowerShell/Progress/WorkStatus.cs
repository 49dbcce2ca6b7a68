namespace ZProc.Progress;

/// <summary>What a progress bar says.</summary>
/// <param name="Text">How far the work is.</param>
/// <param name="Percent">The same, from 0 to 100; -1 where the amount of work is not known.</param>
/// <param name="SecondsLeft">How long the rest will take; -1 where that is not known.</param>
internal readonly record struct WorkStatus(string Text, int Percent = -1, int SecondsLeft = -1)
{
    /// <summary>A share of the whole, in percent; -1 for a whole of nothing.</summary>
    public static int PercentOf(long part, long whole) => whole > 0 ? (int)(Math.Min(part, whole) * 100 / whole) : -1;
}
