using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

public sealed class FrameTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(300_000)]
    public void Comes_back_as_it_was_written(int length)
    {
        var payload = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        using var stream = new MemoryStream();
        new Frame(7, payload).Write(stream);
        new Frame(8, default).Write(stream);
        stream.Position = 0;

        var first = Frame.Read(stream)!.Value;
        Assert.Equal(7, first.Kind);
        Assert.Equal(payload, first.Payload.ToArray());
        Assert.Equal(8, Frame.Read(stream)!.Value.Kind);
        Assert.Null(Frame.Read(stream));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 127, 1 })]
    public void Refuses_a_length_that_makes_no_sense(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Assert.Throws<InvalidDataException>(() => Frame.Read(stream));
    }

    [Fact]
    public void Half_a_frame_is_the_end()
    {
        using var stream = new MemoryStream([9, 0, 0, 0, 1, 2, 3]);
        Assert.Null(Frame.Read(stream));
    }
}
