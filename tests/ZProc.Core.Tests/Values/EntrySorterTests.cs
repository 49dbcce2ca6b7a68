using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Entries are reordered in the buffer, whole, by their keys' bytes.</summary>
public sealed class EntrySorterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("b1", "b1")]
    [InlineData("b1 a22 c", "a22 b1 c")]
    [InlineData("z ab9 a77", "a77 ab9 z")]
    public void Sorts_by_key_and_moves_the_values_along(string written, string sorted)
    {
        // A key is letters, its value the digits behind them.
        var buffer = new ByteBuffer(capacity: 1);
        buffer.WriteByte((byte)'#');
        var entries = new List<EntryRange>();
        foreach (var entry in written.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var start = buffer.Length;
            buffer.WriteBytes(System.Text.Encoding.ASCII.GetBytes(entry));
            entries.Add(new EntryRange(start, start + entry.TrimEnd("0123456789".ToCharArray()).Length, buffer.Length));
        }

        new EntrySorter(buffer).Sort(entries.ToArray());
        Assert.Equal("#" + sorted.Replace(" ", "", StringComparison.Ordinal), System.Text.Encoding.ASCII.GetString(buffer.Written));
    }
}
