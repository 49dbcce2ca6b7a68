using System.Diagnostics;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

/// <summary>A namespace that is larger than what may be on its way to a client, and so goes out in parts.</summary>
public sealed class LargeNamespaceTests : IDisposable
{
    private const int Small = 20_000;
    private const int Large = 40; // MB

    private readonly StateServer _server = StateServer.Start();
    private readonly LocalClient _local;
    private readonly CuttableProxy _link;
    private readonly RemoteClient _remote;

    public LargeNamespaceTests()
    {
        _local = new LocalClient(_server.Store);
        _link = new CuttableProxy(_server.Connection.Port);
        _remote = RemoteClient.Connect(_server.Connection.WithPort(_link.Port), In(10));
        var keys = Enumerable.Range(0, Small).Select(i => new Change(ChangeKind.Set, $"key{i}", V(i)));
        var bytes = Enumerable.Range(0, Large).Select(i => new Change(ChangeKind.Set, $"large{i}", V(new byte[1_000_000])));
        _local.Commit(new CommitRequest(Ns, Tester, [.. keys, .. bytes]));
    }

    public void Dispose()
    {
        _remote.Dispose();
        _link.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void It_comes_whole()
    {
        Assert.Equal(_local.GetSnapshot(Ns).Entries, _remote.GetSnapshot(Ns).Entries);
    }

    [Fact]
    public void What_is_committed_while_it_comes_follows_it()
    {
        _link.Hold();
        var opening = Task.Factory.StartNew(() => _remote.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 1 }), TaskCreationOptions.LongRunning);
        while (_server.Store.Follow(Ns, feed => !feed.IsWatched))
        {
            Thread.Yield();
        }

        for (var i = 1; i <= 5; i++)
        {
            _local.Commit(Set("key0", i * 1000));
        }

        _link.Release();
        Assert.True(opening.Wait(Soon));
        using var watch = opening.Result;
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i * 1000, watch.Read(In(10))!.Changes[0].After!.Value.Plain());
        }

        Assert.Equal(_local.GetSnapshot(Ns).Entries, _remote.GetSnapshot(Ns).Entries);
    }

    [Fact]
    public void A_cut_in_its_middle_leaves_nothing_out_and_brings_nothing_twice()
    {
        _link.Hold();
        var reading = Task.Factory.StartNew(() => _remote.GetSnapshot(Ns, fresh: true), TaskCreationOptions.LongRunning);
        _link.Release();
        Assert.False(reading.IsCompleted);
        _link.Cut();
        Assert.True(reading.Wait(Soon));
        Assert.Equal(_local.GetSnapshot(Ns).Entries, reading.Result.Entries);
    }

    [Fact]
    public void Who_does_not_take_it_holds_up_nobody()
    {
        using var other = RemoteClient.Connect(_server.Connection, In(10));
        _link.Hold();
        var reading = Task.Factory.StartNew(() => _remote.GetSnapshot(Ns, fresh: true), TaskCreationOptions.LongRunning);
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMilliseconds(300);)
        {
            other.Commit(Increment("n", 1), In(2));
        }

        Assert.False(reading.IsCompleted);
        _link.Release();
        Assert.True(reading.Wait(Soon));
    }
}
