using ZProc.Core.Client;

namespace ZProc.Core.Tests.Client;

public sealed class ObservedSequenceTests
{
    private readonly ObservedSequence _sequence = new();

    [Fact]
    public void The_stream_is_current_until_a_newer_sequence_is_observed()
    {
        _sequence.Advance(3);
        _sequence.Observe(3);
        Assert.True(_sequence.IsStreamCurrent);
        _sequence.Observe(5);
        Assert.False(_sequence.IsStreamCurrent);
        Assert.Equal(5, _sequence.Newest);
        Assert.Equal(3, _sequence.Streamed);
        _sequence.Advance(5);
        Assert.True(_sequence.IsStreamCurrent);
    }

    [Fact]
    public void Neither_goes_back()
    {
        _sequence.Advance(5);
        _sequence.Advance(4);
        _sequence.Observe(7);
        _sequence.Observe(6);
        Assert.Equal(5, _sequence.Streamed);
        Assert.Equal(7, _sequence.Newest);
    }
}
