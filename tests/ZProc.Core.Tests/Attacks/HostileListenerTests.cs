using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Whoever sits on the port of a server can keep a client waiting until its deadline, and nothing worse.</summary>
[Collection(nameof(ThreadCounts))]
public sealed class HostileListenerTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConnectionString _address;
    private readonly List<byte[]> _received = [];
    private readonly CancellationTokenSource _end = new();

    public HostileListenerTests()
    {
        _listener.Start();
        _address = ConnectionString.Create(new TcpAddress("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port));
    }

    public static TheoryData<string> Answers => ["garbage", "huge", "silence", "drip", "wrong challenge", "half a challenge", "close", "refusal", "version", "zmtp", "echo"];

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_client_gives_up_in_its_time_and_tells_nothing_but_the_hello(string answer)
    {
        Serve(answer);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var begun = Stopwatch.StartNew();
        var fault = Assert.Throws<FaultException>(() => RemoteClient.Connect(_address, In(2)));
        Yardstick.AssertWithin(4, begun.Elapsed);
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.DoesNotContain(_address.Secret, fault.ToString(), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 20 << 20);
        lock (_received)
        {
            Assert.All(_received, bytes => Assert.True(bytes.Length <= HandshakeFormat.HelloBytes));
        }
    }

    [Fact]
    public void A_handshake_that_drips_ends_in_its_time_even_without_a_deadline()
    {
        Serve("drip");
        using var socket = _address.Address.Connect(CancellationToken.None);
        socket.Dispose();
        using var wake = new WakeSocket();
        var begun = Stopwatch.StartNew();
        Assert.ThrowsAny<SocketException>(() => ClientStream.Open(_address, Guid.NewGuid(), wake, CancellationToken.None));
        Yardstick.AssertWithin(WireLimits.HandshakeTimeout.TotalSeconds + 2, begun.Elapsed);
    }

    [Fact]
    public void The_server_that_stops_right_after_its_welcome_tells_why()
    {
        using var server = new ScriptedServer();
        var connecting = Task.Run(() => RemoteClient.Connect(server.Address, InTime));
        server.Welcome((ref MessagePackWriter writer) => WelcomeFormat.Write(ref writer, new StoreOptions()), Message.Build(MessageType.Stopping));
        using var client = connecting.WaitAsync(Soon).GetAwaiter().GetResult();
        Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
        Assert.Equal(Fault.ContextStopped, client.Failure?.Fault);
    }

    private void Serve(string answer) => new Thread(() =>
    {
        while (!_end.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = _listener.AcceptSocket();
            }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                return;
            }

            new Thread(() => Answer(socket, answer)) { IsBackground = true }.Start();
        }
    })
    { IsBackground = true }.Start();

    private void Answer(Socket socket, string answer)
    {
        using (socket)
        {
            try
            {
                var hello = new byte[4096];
                var count = socket.Receive(hello);
                var noise = new byte[1 << 20];
                new Random(1).NextBytes(noise);
                noise[0] = (byte)HandshakeAnswer.Challenge;
                switch (answer)
                {
                    case "garbage":
                        socket.Send(noise.AsSpan(1, 5000));
                        break;
                    case "huge":
                        for (var i = 0; i < 200; i++)
                        {
                            socket.Send(noise);
                        }

                        break;
                    case "drip":
                        for (var i = 0; i < HandshakeFormat.ChallengeBytes - 1; i++)
                        {
                            socket.Send(noise.AsSpan(i, 1));
                            _end.Token.WaitHandle.WaitOne(1000);
                        }

                        break;
                    case "wrong challenge":
                        socket.Send(noise.AsSpan(0, HandshakeFormat.ChallengeBytes));
                        break;
                    case "half a challenge":
                        socket.Send(noise.AsSpan(0, HandshakeFormat.ChallengeBytes / 2));
                        break;
                    case "close":
                        return;
                    case "refusal":
                        socket.Send([(byte)HandshakeAnswer.Refused]);
                        break;
                    case "version":
                        socket.Send([(byte)HandshakeAnswer.OtherVersion]);
                        break;
                    case "zmtp":
                        socket.Send([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, (byte)'N', (byte)'U', (byte)'L', (byte)'L', .. new byte[48]]);
                        break;
                    case "echo":
                        socket.Send(hello.AsSpan(0, count));
                        break;
                }

                var more = count;
                for (int read; (read = socket.Receive(hello.AsSpan(count))) > 0;)
                {
                    more += read;
                }

                lock (_received)
                {
                    _received.Add(new byte[more]);
                }
            }
            catch (SocketException)
            {
                // The client has given up.
            }
        }
    }
}
