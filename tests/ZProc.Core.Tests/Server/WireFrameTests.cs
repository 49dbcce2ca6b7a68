using System.Buffers;
using System.Buffers.Binary;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class WireFrameTests
{
    private readonly FrameWriter _writer = new(null);
    private readonly FrameReader _reader = new(4 * 1024 * 1024);

    [Fact]
    public void Messages_arrive_whole_and_in_order_whatever_frames_they_share()
    {
        int[] sizes = [1, 100, 0, WireLimits.BatchBytes, 7, WireLimits.ChunkBytes, 3, (2 * WireLimits.ChunkBytes) + 1, 5, 6, .. Enumerable.Repeat(60, 1000)];
        foreach (var size in sizes)
        {
            _writer.Add(Enumerable.Repeat((byte)size, size).ToArray());
        }

        _writer.Close();
        var arrived = new List<int>();
        var frames = 0;
        while (_writer.TryTake(out var frame))
        {
            frames++;
            _reader.Take(frame.AsMemory(FrameWriter.LengthBytes));
            while (_reader.TryNext(out var message))
            {
                Assert.All(message.ToArray(), value => Assert.Equal((byte)message.Length, value));
                arrived.Add((int)message.Length);
            }
        }

        Assert.Equal(sizes, arrived);
        Assert.False(_reader.IsInMessage);
        Assert.InRange(frames, 8, 16);
    }

    [Fact]
    public void A_message_on_its_own_has_no_length_before_it()
    {
        _writer.Add([1, 2, 3]);
        _writer.Close();
        Assert.True(_writer.TryTake(out var frame));
        Assert.Equal(FrameWriter.LengthBytes + FrameWriter.KindBytes + 3, frame.Length);
        Assert.Equal(frame.Length - FrameWriter.LengthBytes, _writer.Bytes);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void A_length_that_its_frame_does_not_hold_is_refused(int length)
    {
        var content = new byte[sizeof(int) + 5];
        BinaryPrimitives.WriteInt32LittleEndian(content, length);
        _reader.Take(Frame(FrameKind.Batch, content));
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.TryNext(out _)));
    }

    [Fact]
    public void Half_a_length_is_refused()
    {
        _reader.Take(Frame(FrameKind.Batch, [1, 0]));
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.TryNext(out _)));
    }

    [Fact]
    public void Other_messages_in_the_middle_of_one_are_refused()
    {
        _reader.Take(First(total: 10, 1));
        Assert.True(_reader.IsInMessage);
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(Frame(FrameKind.Batch, [0, 0, 0, 0]))));
    }

    [Fact]
    public void A_frame_of_an_unknown_kind_is_refused() =>
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(Frame((FrameKind)4, [1]))));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData((4 * 1024 * 1024) + 1)]
    public void A_message_of_an_impossible_length_is_refused_with_its_first_part(long total) =>
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(First(total, 1))));

    [Fact]
    public void Parts_beyond_the_length_that_was_told_are_refused()
    {
        _reader.Take(First(total: 3, 1, 2));
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(Frame(FrameKind.Part, [3, 4]))));
    }

    [Fact]
    public void A_message_that_is_shorter_than_it_said_is_refused()
    {
        _reader.Take(First(total: 3, 1));
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(Frame(FrameKind.Last, [2]))));
    }

    [Fact]
    public void Empty_parts_are_refused()
    {
        _reader.Take(First(total: 3, 1));
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => _reader.Take(Frame(FrameKind.Part, []))));
    }

    private static byte[] First(long total, params byte[] content)
    {
        var length = new byte[FrameWriter.TotalBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, total);
        return Frame(FrameKind.First, [.. length, .. content]);
    }

    private static byte[] Frame(FrameKind kind, byte[] content) => [(byte)kind, .. content];
}
