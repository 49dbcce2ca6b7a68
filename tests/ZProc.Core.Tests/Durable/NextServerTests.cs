using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.Server;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>What clients see between two servers on the same state.</summary>
public sealed class NextServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private StateServer _server;

    public NextServerTests() => _server = StateServer.Start(Durable);

    private DurableOptions Durable => new(_folder["state"]);

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_write_that_was_made_between_two_servers_goes_to_the_next_one_once()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        Assert.Equal(1, client.Commit(Set("n", 1)).Revision);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 0 });
        LoseServer(client);
        var writes = Enumerable.Range(0, 20).Select(_ => client.CommitAsync(Increment("n", 1), CancellationToken.None)).ToArray();
        _server = StateServer.Start(Durable);
        Assert.True(Task.WaitAll(writes, Soon));
        Assert.Equal(Enumerable.Range(1, 21).Select(static revision => (long)revision), Enumerable.Range(1, 21).Select(_ => watch.Read(InTime)!.Revision));
        Assert.Equal(21L, Convert.ToInt64(client.Get(Ns, "n", fresh: true)!.Value.Value.Plain(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_watch_asks_for_the_next_server_too_and_misses_nothing()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        LoseServer(client);
        _server = StateServer.Start(Durable);
        using var other = RemoteClient.Connect(_server.Connection, InTime);
        other.Commit(Set("a", 1));
        Assert.Equal(1, watch.Read(InTime)!.Revision);
    }

    [Fact]
    public void A_client_that_only_reads_asks_for_the_next_server_too()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        client.Commit(Set("n", 1));
        using var missed = new ManualResetEventSlim();
        client.Unreachable = missed.Set;
        var read = 0L;
        var reading = Task.Run(() =>
        {
            // From the fourth read on there is a copy of the namespace in this process.
            while ((client.Get(Ns, "n") ?? throw new InvalidOperationException("The value is gone.")).Value.Plain() is 1)
            {
                Interlocked.Increment(ref read);
            }
        });
        Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref read) > 1_000, Soon));
        _server.Abandon();
        Assert.True(missed.Wait(Soon));
        _server = StateServer.Start(Durable);
        using var other = RemoteClient.Connect(_server.Connection, InTime);
        other.Commit(Set("n", 2));
        Assert.True(reading.Wait(Soon));
        Assert.Equal(2, client.Get(Ns, "n")!.Value.Value.Plain());
    }

    [Fact]
    public void A_read_of_a_copy_waits_for_the_next_server()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        client.Commit(Set("n", 1));
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        LoseServer(client);
        var reads = new Task[]
        {
            Task.Run(() => Assert.Equal(1, client.Get(Ns, "n")!.Value.Value.Plain())),
            Task.Run(() => Assert.Equal(1, client.GetSnapshot(Ns).Revision)),
            Task.Run(() => Assert.Equal(1, client.Summarize(Ns).Count)),
            Task.Run(() => Assert.Empty(client.GetUpdates(Ns, 1).Updates)),
            Task.Run(() => client.Watch(new WatchOptions { Namespace = Ns }).Dispose()),
        };
        Assert.Equal(-1, Task.WaitAny(reads, TimeSpan.FromMilliseconds(200)));
        _server = StateServer.Start(Durable);
        Assert.True(Task.WaitAll(reads, Soon));
    }

    [Fact]
    public void The_values_at_an_update_that_was_read_need_no_next_server()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        client.Commit(Set("a", 1));
        client.Commit(Set("b", 2));
        LoseServer(client);
        Assert.Equal(["a"], watch.ValuesAt(watch.Read(InTime)!.Revision).Keys);
        Assert.Equal(["a", "b"], watch.ValuesAt(watch.Read(InTime)!.Revision).Keys);
    }

    [Fact]
    public void A_client_that_saw_more_than_the_next_server_has_ends()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = "other" });
        client.Commit(Set("n", 1));
        LoseServer(client);
        var files = Directory.GetFiles(Durable.Folder).ToDictionary(static file => file, File.ReadAllBytes);
        _server = StateServer.Start(Durable);
        Assert.Equal(2, client.Commit(Set("n", 2), InTime).Revision);
        AwaitResumption(client, "other");
        LoseServer(client);
        foreach (var (file, bytes) in files)
        {
            File.WriteAllBytes(file, bytes);
        }

        _server = StateServer.Start(Durable);
        Assert.True(client.Closed.WaitHandle.WaitOne(Soon));
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => client.Get(Ns, "n")));
    }

    [Fact]
    public void A_server_that_ends_for_the_next_one_gives_no_client_an_answer_of_its_closed_store()
    {
        var journal = new HeldJournal();
        using var server = StateServer.Start(Store.Open(journal, Durability.Always), known: null, address: null, prepare: null);
        using var writer = RemoteClient.Connect(server.Connection, InTime);
        using var other = RemoteClient.Connect(server.Connection, InTime);
        var written = writer.CommitAsync(Set("a", 1));
        journal.WaitForWrite();
        var ending = Task.Run(server.Abandon); // the journal keeps it from its end
        Assert.Equal(Fault.ConnectionLost, FaultOf(() => other.Commit(Set("b", 1), InTime)));
        Assert.True(written.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(Soon));
        Assert.Equal(Fault.ConnectionLost, Assert.IsType<FaultException>(written.Exception!.InnerException).Fault);
        journal.IsOpen = true;
        journal.Permit();
        Assert.True(ending.Wait(Soon));
    }

    [Fact]
    public void The_limits_are_those_of_the_next_server()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        LoseServer(client);
        _server = StateServer.Start(Durable, options: new StoreOptions { MaximumValueBytes = 1000 });
        client.Ping(InTime);
        Assert.Equal(1000, client.Limits.MaximumValueBytes);
        Assert.Equal(Fault.ValueTooLarge, FaultOf(() => client.Commit(Set("n", new byte[2000]))));
        AwaitResumption(client, Ns);
        LoseServer(client);
        _server = StateServer.Start(Durable);
        client.Ping(InTime);
        Assert.Equal(1, client.Commit(Set("n", new byte[2000]), InTime).Revision);
    }

    [Fact]
    public void A_write_that_is_stopped_between_two_servers_is_never_made()
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        LoseServer(client);
        var before = client.CommitAsync(Set("before", 1));
        Assert.ThrowsAny<OperationCanceledException>(() => client.Commit(Set("n", 1), InTime, new CancellationToken(true)));
        var after = client.CommitAsync(Set("after", 1));
        _server = StateServer.Start(Durable);
        Assert.True(Task.WaitAll([before, after], Soon));
        Assert.Null(client.Get(Ns, "n", fresh: true));
        Assert.Equal([1L, 2L], new[] { before, after }.Select(static write => write.Result.Revision));
    }

    [Theory]
    [InlineData("a write")]
    [InlineData("a turn")]
    public void A_deadline_between_two_servers_ends_what_was_not_sent(string what)
    {
        using var client = RemoteClient.Connect(_server.Connection, InTime);
        using var watch = client.Watch(new WatchOptions { Namespace = Ns });
        LoseServer(client);
        Assert.Equal(Fault.Timeout, FaultOf(() =>
        {
            if (what == "a write")
            {
                client.Commit(Set("n", 1), In(0.2));
            }
            else
            {
                client.AcquireTurn(Ns, Tester, In(0.2));
            }
        }));
        _server = StateServer.Start(Durable);
        Assert.Equal(1, client.Commit(Set("a", 1), InTime).Revision);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_process_with_a_kept_start_is_left_to_the_server_that_resumes(bool resumes)
    {
        var self = _server.Store.Incarnation;
        var record = new ProcessRecord
        {
            Id = Guid.NewGuid(), Name = "kept", As = "Process", Session = self, Parent = Guid.NewGuid(), Status = new ProcessStatus { State = ProcessState.Running, Attempts = 1 },
        };
        var child = record with { Id = Guid.NewGuid(), Name = "child", Session = record.Id };
        var other = record with { Id = Guid.NewGuid(), Name = "other" };
        using (var local = new LocalClient(_server.Store))
        {
            foreach (var each in new[] { record, child, other })
            {
                local.Commit(new CommitRequest(KeyName.Processes, Tester, [new Change(ChangeKind.Set, each.Key, each.Encode())]));
            }

            local.Commit(new CommitRequest(KeyName.Starts, Tester, [new Change(ChangeKind.Set, record.Key, V(1))]));
        }

        _server.Abandon();
        _server = StateServer.Start(Durable, prepare: resumes ? _ => { } : null);
        ProcessState StateOf(ProcessRecord each) => ProcessRecord.Decode(each.Key, _server.Store.Get(KeyName.Processes, each.Key)!.Value.Value).Status.State;
        Assert.True(SpinWait.SpinUntil(() => StateOf(child) == ProcessState.Lost && StateOf(other) == ProcessState.Lost, Soon)); // once they are on disk
        Assert.Equal(resumes ? ProcessState.Running : ProcessState.Lost, StateOf(record));
        Assert.True(SpinWait.SpinUntil(() => _server.Store.Get(KeyName.Starts, record.Key) is not null == resumes, Soon));
    }

    /// <summary>Waits until the server has resumed the watches on a namespace: one that ends refuses that, which ends the watches.</summary>
    private static void AwaitResumption(RemoteClient client, string ns) => client.Watch(new WatchOptions { Namespace = ns }).Dispose();

    /// <summary>Ends the server as a kill does. The client knows of the loss, and has something that waits for the next server.</summary>
    private void LoseServer(RemoteClient client)
    {
        using var missed = new ManualResetEventSlim();
        client.Unreachable = missed.Set;
        _server.Abandon();
        Assert.True(missed.Wait(Soon));
        client.Unreachable = null;
    }
}
