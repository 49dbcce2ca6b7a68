using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class SendWindowTests
{
    [Fact]
    public void Is_full_at_its_number_of_packets()
    {
        var window = new SendWindow<string>(2, 1000);
        Assert.True(window.IsEmpty);
        var first = window.Add("a", 1);
        Assert.True(window.HasRoom);
        window.Add("b", 1);
        Assert.False(window.HasRoom);
        window.Acknowledge(first);
        Assert.True(window.HasRoom);
    }

    [Fact]
    public void Is_full_at_its_bytes_whatever_the_size_of_the_last_packet()
    {
        var window = new SendWindow<string>(100, 10);
        window.Add("a", 9);
        Assert.True(window.HasRoom);
        var large = window.Add("b", 1_000_000);
        Assert.False(window.HasRoom);
        window.Acknowledge(large);
        Assert.True(window.HasRoom);
    }

    [Fact]
    public void Keeps_the_order_of_what_is_not_acknowledged()
    {
        var window = new SendWindow<int>(100, 1000);
        var numbers = Enumerable.Range(1, 12).Select(i => window.Add(i, 1)).ToArray();
        window.Acknowledge(numbers[1]);
        window.Acknowledge(numbers[9]);
        Assert.Equal([1, 3, 4, 5, 6, 7, 8, 9, 11, 12], window.Contents);
    }

    [Fact]
    public void A_packet_is_acknowledged_once()
    {
        var window = new SendWindow<string>(100, 10);
        var first = window.Add("a", 8);
        window.Add("b", 8);
        window.Acknowledge(first);
        window.Acknowledge(first);
        window.Acknowledge(4711);
        window.Add("c", 2);
        Assert.False(window.HasRoom);
        Assert.Equal(["b", "c"], window.Contents);
    }
}
