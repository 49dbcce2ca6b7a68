using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>What clients of a context on a server of the Redis protocol rely on while the server is well.</summary>
public sealed class RedisClientTests
{
    private readonly string _context = EngineServer.NewContext();
    private readonly EngineServers _servers;

    public RedisClientTests(EngineServers servers) => _servers = servers;

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Five_hundred_contenders_for_one_key_lose_nothing_and_end(EngineKind kind)
    {
        const int Contenders = 500;
        var server = _servers.Of(kind);
        var clients = Enumerable.Range(0, 10).Select(_ => server.Connect(_context)).ToArray();
        TestThreads.RunTogether(Contenders, number => clients[number % clients.Length].Commit(new CommitRequest(
            Ns, Tester, [new Change(ChangeKind.Increment, "sum", V(1.5m)), new Change(ChangeKind.Append, "list", V(number))]), InTime));

        var snapshot = clients[0].GetSnapshot(Ns, fresh: true);
        Assert.Equal(Contenders, snapshot.Revision);
        Assert.Equal(Contenders * 1.5m, clients[1].Get(Ns, "sum", fresh: true)!.Value.Value.Plain());
        var list = (System.Collections.IList)clients[2].Get(Ns, "list", fresh: true)!.Value.Value.Plain()!;
        Assert.Equal(Enumerable.Range(0, Contenders), list.Cast<int>().Order());
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Five_hundred_contenders_that_add_whole_numbers_each_get_a_sum_of_their_own(EngineKind kind)
    {
        const int Contenders = 500;
        var server = _servers.Of(kind);
        var clients = Enumerable.Range(0, 10).Select(_ => server.Connect(_context)).ToArray();
        var sums = new long[Contenders];
        TestThreads.RunTogether(Contenders, number =>
            sums[number] = (long)clients[number % clients.Length].Commit(Increment("sum", 1L), InTime).Results[0].After!.Value.Plain()!);

        Assert.Equal(Enumerable.Range(1, Contenders).Select(sum => (long)sum), sums.Order());
        Assert.Equal(Contenders, clients[0].GetSnapshot(Ns, fresh: true).Revision);
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void The_engine_adds_as_the_library_does(EngineKind kind)
    {
        const long Exact = 1L << 53;
        object?[] numbers =
        [
            null, 0, 1, -1, 255, -256, int.MaxValue, int.MinValue, int.MaxValue - 1, 0L, 1L, -1L, -7L, int.MaxValue + 1L, int.MinValue - 1L, uint.MaxValue + 1L,
            -(1L << 32), Exact - 1, Exact, Exact + 1, 1 - Exact, -Exact, -Exact - 1, long.MaxValue, long.MinValue, 1.5, 2m, (byte)200, (short)-3, 7u, "text",
        ];
        using var client = _servers.Of(kind).Connect(_context);
        using var stranger = _servers.Of(kind).Connect(_context); // it does not know what the key is
        foreach (var number in numbers)
        {
            foreach (var by in numbers.Where(static by => by is int or long))
            {
                foreach (var adder in new[] { client, stranger })
                {
                    client.Commit(number is null ? Remove("n") : Set("n", number));
                    EncodedValue? before = number is null ? null : V(number);
                    var sum = SumOrNull(before, V(by));
                    if (sum is null)
                    {
                        Assert.Equal(Fault.InvalidArgument, FaultOf(() => adder.Commit(Increment("n", by!))));
                    }
                    else
                    {
                        var result = adder.Commit(Increment("n", by!)).Results[0];
                        Assert.Equal((before, sum), (result.Before, result.After));
                    }

                    Assert.Equal(sum ?? before, client.Get(Ns, "n", fresh: true)?.Value);
                }
            }
        }
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void An_addition_that_the_engine_leaves_to_the_client_keeps_its_place_among_the_clients_writes(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var other = server.Connect(_context);
        using var client = server.Connect(_context);
        for (var round = 0; round < 20; round++)
        {
            other.Commit(Set("n", 0.5)); // the client does not know of it
            var replies = new[] { client.CommitAsync(Increment("n", 1)), client.CommitAsync(Increment("n", 2)), client.CommitAsync(Set("n", 10)), client.CommitAsync(Increment("n", 3)) };
            Assert.True(Task.WaitAll(replies, Soon));
            Assert.Equal(1.5, replies[0].Result.Results[0].After!.Value.Plain());
            Assert.Equal(3.5, replies[1].Result.Results[0].After!.Value.Plain());
            Assert.Equal(13, replies[3].Result.Results[0].After!.Value.Plain());
        }
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_large_namespace_tells_how_much_of_it_has_arrived(EngineKind kind)
    {
        const int Keys = 50_000;
        using var client = _servers.Of(kind).Connect(_context);
        foreach (var part in Enumerable.Range(0, Keys).Chunk(5000))
        {
            client.Commit(new CommitRequest(Ns, Tester, [.. part.Select(number => new Change(ChangeKind.Set, $"key {number}", V(number)))]));
        }

        var observer = new TransferLog();
        Assert.Equal(Keys, client.GetSnapshot(Ns, fresh: true, observer).Entries.Count);
        Assert.Equal(1, observer.Ends);
        Assert.Contains(observer.Transfers, transfer => transfer is { Keys: > 0 and <= Keys, AllKeys: Keys, Bytes: > 0 });
        using var other = _servers.Of(kind).Connect(_context);
        using var watch = other.Watch(new WatchOptions { Namespace = Ns, Observer = observer });
        Assert.Equal(2, observer.Ends);
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Contenders_that_write_only_what_they_have_read_lose_nothing(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var first = server.Connect(_context);
        using var second = server.Connect(_context);
        first.Commit(Set("n", 0));
        TestThreads.RunTogether(20, number =>
        {
            IClient client = number % 2 == 0 ? first : second;
            for (var done = 0; done < 5;)
            {
                var seen = client.Get(Ns, "n", fresh: true)!.Value;
                var next = V((int)seen.Value.Plain()! + 1);
                try
                {
                    client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "n", next, new Precondition(PreconditionKind.RevisionIs, seen.Revision))]), InTime);
                    done++;
                }
                catch (FaultException fault) when (fault.Fault == Fault.Conflict)
                {
                    // Somebody else was faster: read again.
                }
            }
        });
        Assert.Equal(100, first.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_watch_from_a_revision_that_the_history_no_longer_has_is_compacted(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var writer = server.Connect(_context);
        using var watcher = server.Connect(_context);
        var kept = writer.Limits.MaximumUpdates;
        var last = kept + 100;
        var replies = Enumerable.Range(0, last).Select(_ => writer.CommitAsync(Increment("n", 1))).ToArray();
        Assert.True(Task.WaitAll(replies, Soon));
        Assert.Equal(Fault.Compacted, FaultOf(() => watcher.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 1 })));
        Assert.Equal(Fault.Compacted, FaultOf(() => watcher.GetUpdates(Ns, 1)));
        using var watch = watcher.Watch(new WatchOptions { Namespace = Ns, SinceRevision = last - 10 });
        Assert.Equal(Enumerable.Range(last - 9, 10).Select(revision => (long)revision), Enumerable.Range(0, 10).Select(_ => watch.Read(InTime)!.Revision));
        Assert.False(watch.TryRead(out _));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Watches_see_the_removal_of_a_namespace_and_what_comes_after_it(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var writer = server.Connect(_context);
        using var watcher = server.Connect(_context);
        writer.Commit(Set("a", 1));
        writer.Commit(Set("b", 2));
        using var watch = watcher.Watch(new WatchOptions { Namespace = Ns });
        using var own = writer.Watch(new WatchOptions { Namespace = Ns });
        writer.Commit(RemoveNamespace());
        foreach (var each in new[] { watch, own })
        {
            var removal = each.Read(InTime)!;
            Assert.True(removal.RemovesNamespace);
            Assert.Equal(3, removal.Revision);
            Assert.Equal(["a", "b"], removal.Changes.Select(change => change.Key));
        }

        Assert.Empty(watcher.GetSnapshot(Ns, fresh: true).Entries);
        Assert.DoesNotContain(watcher.GetNamespaces(), space => space.Name == Ns);
        Assert.Equal(4, writer.Commit(Set("c", 3)).Revision);
        Assert.Equal(4, watch.Read(InTime)!.Revision);
        Assert.Equal(4, own.Read(InTime)!.Revision);
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Values_of_every_size_arrive_as_they_are(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var writer = server.Connect(_context);
        using var reader = server.Connect(_context);
        using var watcher = server.Connect(_context);
        using var watch = watcher.Watch(new WatchOptions { Namespace = Ns });
        foreach (var size in new[] { 1, 100, 4_095, 4_096, 32_768, 65_535, 65_536, 70_000, 1_000_000, 4_000_000 })
        {
            var bytes = new byte[size];
            new Random(size).NextBytes(bytes);
            writer.Commit(Set("a", bytes), InTime);
            Assert.Equal(bytes, reader.Get(Ns, "a", fresh: true)!.Value.Value.Plain());
            Assert.Equal(bytes, watch.Read(InTime)!.Changes.Single().After!.Value.Plain());
            Assert.Equal(bytes, watcher.Get(Ns, "a")!.Value.Value.Plain());
        }
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void A_large_namespace_comes_whole_while_others_write_to_it(EngineKind kind)
    {
        const int Keys = 20_000;
        var server = _servers.Of(kind);
        using var writer = server.Connect(_context);
        foreach (var part in Enumerable.Range(0, Keys).Chunk(500))
        {
            writer.Commit(new CommitRequest(Ns, Tester, [.. part.Select(number => new Change(ChangeKind.Set, $"key {number}", V(number)))]), InTime);
        }

        // Each commit writes one number to a key at either end, so that a namespace of two moments shows.
        var first = writer.Summarize(Ns, fresh: true).Revision;
        var isDone = false;
        var writing = TestThreads.Run(() =>
        {
            for (var number = 0; !Volatile.Read(ref isDone); number++)
            {
                writer.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "key 0", V(number)), new Change(ChangeKind.Set, $"key {Keys - 1}", V(number))], Force: true));
            }
        });
        Assert.True(SpinWait.SpinUntil(() => writer.Summarize(Ns, fresh: true).Revision > first, Soon));
        for (var round = 0; round < 5; round++)
        {
            using var reader = server.Connect(_context);
            CheckWhole(reader.GetSnapshot(Ns));
            using var watch = reader.Watch(new WatchOptions { Namespace = Ns });
            CheckWhole(reader.GetSnapshot(Ns));
            Assert.Equal(watch.StartRevision + 1, watch.Read(InTime)!.Revision);
            CheckWhole(reader.GetSnapshot(Ns));
        }

        Volatile.Write(ref isDone, true);
        writing.Join();

        void CheckWhole(Snapshot snapshot)
        {
            var entries = snapshot.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value.Plain());
            Assert.Equal(Keys, entries.Count);
            Assert.Equal(snapshot.Revision - first - 1, Convert.ToInt64(entries["key 0"], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(entries["key 0"], entries[$"key {Keys - 1}"]);
            Assert.All(Enumerable.Range(1, Keys - 2), number => Assert.Equal(number, entries[$"key {number}"]));
        }
    }

    [Fact]
    public void Writes_that_are_refused_before_they_are_sent_take_no_room_from_others()
    {
        using var client = _servers.Of(EngineKind.Garnet).Connect(_context);
        for (var i = 0; i <= 8192; i++)
        {
            Assert.Equal(Fault.InvalidKey, FaultOf(() => client.CommitAsync(Set("", 1))));
        }

        using var bound = new CancellationTokenSource(Soon);
        Assert.True(client.CommitAsync(Set("a", 1), bound.Token).Wait(Soon));
    }

    [Theory]
    [InlineData(EngineKind.Redis)]
    [InlineData(EngineKind.Garnet)]
    public void Contexts_on_one_server_do_not_see_each_other(EngineKind kind)
    {
        var server = _servers.Of(kind);
        using var one = server.Connect(_context);
        using var two = server.Connect(EngineServer.NewContext());
        Assert.NotEqual(one.Incarnation, two.Incarnation);
        using var watch = two.Watch(new WatchOptions { Namespace = Ns });
        using var turn = two.AcquireTurn(Ns, Tester, InTime);
        Assert.Equal(1, one.Commit(Set("a", 1), InTime).Sequence); // it does not wait for the turn there
        Assert.Null(two.Get(Ns, "a", fresh: true));
        Assert.Empty(two.GetNamespaces());
        Assert.Equal(1, two.Commit(Set("b", 2, turn: turn.Id), InTime).Sequence);
        Assert.Equal(["b"], watch.Read(InTime)!.Changes.Select(change => change.Key));
        Assert.False(watch.TryRead(out _));
        Assert.Null(one.Get(Ns, "b", fresh: true));
    }

    private static EncodedValue? SumOrNull(EncodedValue? current, EncodedValue by)
    {
        try
        {
            return NumberAddition.Add(current, by);
        }
        catch (FaultException)
        {
            return null;
        }
    }
}
