using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Tests.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Programs that do not know the secret neither get in nor keep anybody out.</summary>
[Collection(nameof(ThreadCounts))]
public sealed class StrangersTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly StateServer _server = StateServer.Start(CuttableProxy.AnyPort);
    private readonly RemoteClient _client;
    private readonly List<Socket> _sockets = [];

    public StrangersTests(ITestOutputHelper output)
    {
        _output = output;
        _client = RemoteClient.Connect(_server.Connection, InTime);
    }

    public void Dispose()
    {
        _client.Dispose();
        lock (_sockets)
        {
            _sockets.ForEach(socket => socket.Dispose());
        }

        _server.Dispose();
    }

    [Fact]
    public void Garbage_that_is_sent_again_and_again_keeps_nobody_out()
    {
        var hello = HandshakeFormat.Hello(ConnectionString.Create(_server.Connection.Address), Proofs.Nonce());
        var sent = 0L;
        Attack("garbage", threads: 3, Rounds.Of(4000), round =>
        {
            using var socket = Connect();
            if (socket is not null)
            {
                socket.Send(round % 2 == 0 ? hello : new Mutator(round).Noise(300), SocketFlags.None, out _);
                Interlocked.Increment(ref sent);
            }
        });
        Assert.True(sent > 0);
    }

    [Fact]
    public void Eleven_hundred_connections_that_repeat_a_hello_keep_nobody_out()
    {
        var hello = HandshakeFormat.Hello(ConnectionString.Create(_server.Connection.Address), Proofs.Nonce());
        var held = new Socket?[1100];
        Attack("1,100 repeating connections", threads: 2, Rounds.Of(4400), round =>
        {
            var at = round % held.Length;
            lock (held)
            {
                if (held[at] is { } socket && socket.Send(hello, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
                {
                    return;
                }

                held[at]?.Dispose();
                held[at] = Keep(Connect());
                held[at]?.Send(hello.AsSpan(0, HandshakeFormat.HelloBytes - 1), SocketFlags.None, out _);
            }
        });
    }

    [Fact]
    public void Thousands_of_silent_connections_keep_nobody_out() =>
        Attack("silent connections", threads: 2, Rounds.Of(2500), _ => Keep(Connect()), mostKept: 2000);

    [Fact]
    public void A_recorded_hello_that_no_proof_follows_keeps_nobody_out()
    {
        var recorded = HandshakeFormat.Hello(_server.Connection, Proofs.Nonce());
        Attack("one recorded HELLO", threads: 3, Rounds.Of(4000), _ => Keep(Connect())?.Send(recorded, SocketFlags.None, out SocketError _), mostKept: 1500);
    }

    [Fact]
    public void Many_recorded_hellos_that_no_proof_follows_keep_nobody_out()
    {
        var recorded = Enumerable.Range(0, 2000).Select(_ => HandshakeFormat.Hello(_server.Connection, Proofs.Nonce())).ToArray();
        Attack("2,000 recorded HELLOs", threads: 3, Rounds.Of(4000), round => Keep(Connect())?.Send(recorded[round % recorded.Length], SocketFlags.None, out SocketError _), mostKept: 1500);
    }

    [Fact]
    public void Places_that_recorded_hellos_hold_are_free_for_a_client_whose_hello_is_late()
    {
        for (var i = 0; i < 2 * WireLimits.UnprovenConnections; i++)
        {
            Keep(Connect())!.Send(HandshakeFormat.Hello(_server.Connection, Proofs.Nonce()));
        }

        // An honest client on a busy machine: it connects, others come, and then it sends its HELLO.
        using var late = _server.Connection.Address.Connect(CancellationToken.None);
        for (var i = 0; i < WireLimits.UnprovenConnections / 4; i++)
        {
            Keep(Connect())!.Send(HandshakeFormat.Hello(_server.Connection, Proofs.Nonce()));
        }

        Assert.NotNull(ClientHandshake.Run(late, _server.Connection, Guid.NewGuid()));
    }

    [Fact]
    public void One_recorded_hello_is_answered_once_at_a_time()
    {
        var recorded = HandshakeFormat.Hello(_server.Connection, Proofs.Nonce());
        using var first = Connect();
        first!.Send(recorded);
        Assert.Equal((byte)HandshakeAnswer.Challenge, ReadByte(first));
        using var second = Connect();
        second!.Send(recorded);
        Assert.Equal((byte)HandshakeAnswer.Refused, ReadByte(second));
    }

    [Fact]
    public void A_handshake_that_takes_longer_than_its_time_is_closed_however_it_drips()
    {
        var hello = HandshakeFormat.Hello(_server.Connection, Proofs.Nonce());
        using var dripping = Connect();
        using var silent = Connect();
        using var unfinished = Connect();
        unfinished!.Send(hello);
        Assert.Equal((byte)HandshakeAnswer.Challenge, ReadByte(unfinished));
        var begun = Stopwatch.StartNew();
        for (var i = 0; !IsClosed(dripping!); i++)
        {
            dripping!.Send(hello.AsSpan(i % (hello.Length - 1), 1), SocketFlags.None, out _);
            dripping.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead);
            Assert.True(i < hello.Length - 1, $"the server still listened after {begun.Elapsed}");
        }

        AssertCloses(silent!);
        AssertCloses(unfinished);
        Assert.True(begun.Elapsed > WireLimits.HandshakeTimeout - TimeSpan.FromSeconds(1));
        Yardstick.AssertWithin(WireLimits.HandshakeTimeout.TotalSeconds + 2, begun.Elapsed);
    }

    [Fact]
    public void No_more_unproven_connections_are_held_than_the_limit()
    {
        var sockets = Enumerable.Range(0, WireLimits.UnprovenConnections + 200).Select(_ => Keep(Connect())!).ToArray();

        // The oldest ones are closed for the newer ones.
        foreach (var socket in sockets[..200])
        {
            AssertCloses(socket);
        }

        _client.Ping(InTime);
    }

    /// <summary>Attacks on some threads, while an honest client commits and others join.</summary>
    private void Attack(string what, int threads, int rounds, Action<int> round, int mostKept = int.MaxValue)
    {
        var idle = Latencies(300);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var working = Environment.WorkingSet;
        var next = 0;
        var begun = Stopwatch.StartNew();
        var attackers = Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (Interlocked.Increment(ref next) is var number && number <= rounds)
                {
                    round(number);
                    DropOldest(mostKept);
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();
        var joined = new List<TimeSpan>();
        var attacked = new List<double>();
        var most = 0L;
        do
        {
            var start = Stopwatch.StartNew();
            using (var newcomer = RemoteClient.Connect(_server.Connection, In(30)))
            {
                newcomer.Commit(Increment("joined", 1));
            }

            joined.Add(start.Elapsed);
            attacked.AddRange(Latencies(100));
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
        }
        while (!Task.WaitAll(attackers, 0));

        var took = begun.Elapsed;
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(joined.Count, _client.Get(Ns, "joined", fresh: true)!.Value.Value.Plain());
        _output.WriteLine(
            $"{what}: {rounds:N0} rounds in {took.TotalSeconds:0.0} s; {joined.Count} clients joined, the slowest in {joined.Max().TotalMilliseconds:0} ms; "
            + $"commit p50 {Percentile(idle, 0.5):0.00} -> {Percentile(attacked, 0.5):0.00} ms, p99 {Percentile(idle, 0.99):0.00} -> {Percentile(attacked, 0.99):0.00} ms; "
            + $"managed memory {memory >> 10:N0} -> {after >> 10:N0} KiB (most {most >> 10:N0}), working set {working >> 20} -> {Environment.WorkingSet >> 20} MiB; refused {_server.Statistics.RefusedMessages:N0}");
        Assert.InRange(after - memory, long.MinValue, 8 << 20);
        Assert.Equal(0, _server.Statistics.MalformedMessages);
    }

    private List<double> Latencies(int count)
    {
        var all = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            _client.Commit(Increment("n", 1));
            all.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return all;
    }

    private static double Percentile(List<double> all, double part) => all.Order().ElementAt((int)(part * (all.Count - 1)));

    /// <summary>A connection; null when the system has no room for it.</summary>
    private Socket? Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect("127.0.0.1", ((TcpAddress)_server.Connection.Address).Port);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private Socket? Keep(Socket? socket)
    {
        if (socket is not null)
        {
            lock (_sockets)
            {
                _sockets.Add(socket);
            }
        }

        return socket;
    }

    private void DropOldest(int most)
    {
        lock (_sockets)
        {
            if (_sockets.Count > most)
            {
                _sockets.Take(100).ToList().ForEach(socket => socket.Dispose());
                _sockets.RemoveRange(0, 100);
            }
        }
    }

    private static int ReadByte(Socket socket)
    {
        socket.ReceiveTimeout = (int)Soon.TotalMilliseconds;
        var one = new byte[1];
        return socket.Receive(one) == 1 ? one[0] : -1;
    }

    private static bool IsClosed(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[1], SocketFlags.None, out _) == 0;

    private static void AssertCloses(Socket socket)
    {
        socket.ReceiveTimeout = (int)Soon.TotalMilliseconds;
        while (socket.Receive(new byte[1024], SocketFlags.None, out var error) > 0)
        {
            Assert.NotEqual(SocketError.TimedOut, error);
        }
    }
}
