namespace ZProc.Terminal.Tests;

public sealed class RowListTests
{
    private readonly RowList _rows = new();

    [Fact]
    public void Rows_are_sorted_however_they_come()
    {
        _rows.Set([Make("b"), Make("a"), Make("c")]);
        _rows.Set([Make("d", order: -1)]);
        _rows.Set(Enumerable.Range(0, 100).Select(number => Make($"x{number:000}")).Reverse().ToArray());
        Assert.Equal(["d", "a", "b", "c"], Keys().Take(4));
        Assert.Equal(Keys().Skip(1).Order(StringComparer.Ordinal), Keys().Skip(1));
        Assert.Equal(104, _rows.Count);
    }

    [Fact]
    public void A_changed_row_moves_to_its_new_place()
    {
        _rows.Set([Make("a"), Make("b"), Make("c")]);
        _rows.Set([Make("a", order: 5)]);
        Assert.Equal(["b", "c", "a"], Keys());
        Assert.Equal(2, _rows.IndexOf("a"));
    }

    [Fact]
    public void A_search_finds_rows_that_come_later_too()
    {
        _rows.Set([Make("apple"), Make("pear")]);
        _rows.Search = "AP";
        Assert.Equal(["apple"], Keys());
        _rows.Set([Make("grape"), Make("plum")]);
        Assert.Equal(["apple", "grape"], Keys());
        _rows.Search = "";
        Assert.Equal(["apple", "grape", "pear", "plum"], Keys());
    }

    [Fact]
    public void Removed_rows_are_gone_with_and_without_a_search()
    {
        _rows.Set(Enumerable.Range(0, 200).Select(number => Make($"{number:000}")).ToArray());
        _rows.Search = "0";
        _rows.Remove(["000", "001", "111", "missing"]);
        Assert.Equal(197, _rows.Count);
        Assert.True(_rows.IndexOf("000") < 0);
        _rows.Remove(Enumerable.Range(0, 150).Select(number => $"{number:000}").ToArray());
        _rows.Search = "";
        Assert.Equal(50, _rows.Found.Count);
        _rows.Clear();
        Assert.Empty(_rows.Found);
    }

    private IEnumerable<string> Keys() => _rows.Found.Select(row => row.Key);

    private static Row Make(string key, long order = 0) => new(key, order, key, key, () => []);
}
