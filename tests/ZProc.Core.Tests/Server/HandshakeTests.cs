using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class HandshakeTests
{
    public static TheoryData<string, byte[]> Nonsense => new()
    {
        { "nothing", [] },
        { "an impossible limit", MessagePackOf(0, 0, 1, 1) },
        { "an impossible size", MessagePackOf(1, 0, 1, 0) },
        { "half of the limits", MessagePackOf(1, 0) },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void A_malformed_welcome_is_ignored_and_the_next_one_counts(string what, byte[] limits)
    {
        Assert.NotEmpty(what);
        using var server = new ScriptedServer();
        var connecting = Task.Run(() => RemoteClient.Connect(server.Address, InTime));
        server.Welcome((ref MessagePackWriter writer) => writer.WriteRaw(limits));
        var right = new StoreOptions { MaximumUpdates = 5 };
        server.Welcome((ref MessagePackWriter writer) => WelcomeFormat.Write(ref writer, right));
        using var client = connecting.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.Equal(right, client.Limits);
        Assert.Equal(7, client.ObservedSequence);
    }

    private static byte[] MessagePackOf(params int[] numbers)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        foreach (var number in numbers)
        {
            writer.Write(number);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
