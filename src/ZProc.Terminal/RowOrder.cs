namespace ZProc.Terminal;

/// <summary>The order of rows in a list. Two rows are equal only when their keys are.</summary>
internal sealed class RowOrder : IComparer<Row>
{
    public static RowOrder Instance { get; } = new();

    public int Compare(Row? x, Row? y)
    {
        var result = x!.Order.CompareTo(y!.Order);
        if (result == 0)
        {
            result = string.CompareOrdinal(x.Text, y.Text);
        }

        return result == 0 ? string.CompareOrdinal(x.Key, y.Key) : result;
    }
}
