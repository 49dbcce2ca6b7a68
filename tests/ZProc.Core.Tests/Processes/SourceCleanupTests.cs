using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.Processes;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Tests.Client;
using ZProc.Core.Tests.Durable;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Processes;

public sealed class SourceCleanupTests
{
    private readonly Store _store = new();
    private readonly LocalClient _client;
    private readonly Guid _session = Guid.NewGuid();

    public SourceCleanupTests() => _client = new LocalClient(_store);

    [Fact]
    public void The_processes_below_a_source_are_lost()
    {
        var child = Record(_session, ProcessState.Running);
        var grandchild = Record(child.Id, ProcessState.Running);
        var other = Record(Guid.NewGuid(), ProcessState.Running);
        Write(child, grandchild, other);
        SourceCleanup.Run(_store, _session);
        Assert.Equal(
            [ProcessState.Lost, ProcessState.Lost, ProcessState.Running], new[] { child, grandchild, other }.Select(record => Read(record.Id).Status.State));
    }

    [Fact]
    public void A_record_that_changes_meanwhile_is_not_overwritten()
    {
        var record = Record(_session, ProcessState.Running);
        var sibling = Record(_session, ProcessState.Running);
        Write(record, sibling);
        using var watch = _client.Watch(new WatchOptions { Namespace = KeyName.Processes });
        using (var turn = _client.AcquireTurn(KeyName.Processes, Tester, InTime))
        {
            SourceCleanup.Run(_store, _session); // waits for the turn, with what it has read
            Write(turn, record with { Status = new ProcessStatus { State = ProcessState.Completed, ExitCode = 7 } });
        }

        Assert.NotNull(watch.Read(InTime));
        var marked = watch.Read(InTime);
        Assert.NotNull(marked);
        var kept = Read(record.Id);
        Assert.Equal((ProcessState.Completed, 7, Guid.Empty), (kept.Status.State, kept.Status.ExitCode, kept.Session));
        Assert.Equal(ProcessState.Lost, Read(sibling.Id).Status.State);
    }

    [Fact]
    public void Watches_of_the_session_that_runs_the_server_see_the_clean_up()
    {
        var ns = KeyName.OutputPrefixOf(_session) + "1";
        _client.Commit(Set("open", true) with { Namespace = ns });
        using var watch = _client.Watch(new WatchOptions { Namespace = ns, ExcludeSource = _store.Incarnation }); // as a server's own process
        SourceCleanup.Run(_store, _session);
        Assert.True(watch.Read(InTime)?.RemovesNamespace);
    }

    [Fact]
    public void Requests_of_the_session_and_to_it_are_removed()
    {
        var other = Guid.NewGuid();
        var kept = RequestKey.New(other, other);
        foreach (var key in new[] { RequestKey.New(other, _session), RequestKey.New(_session, other), kept })
        {
            _client.Commit(Set(key, 1) with { Namespace = KeyName.Requests });
        }

        SourceCleanup.Run(_store, _session);
        Assert.Equal([kept], _client.GetSnapshot(KeyName.Requests).Entries.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_clean_up_that_the_disk_refuses_is_tried_again_while_the_session_is_gone(bool isStillGone)
    {
        var journal = new HeldJournal { IsOpen = true };
        var store = Store.Open(journal, Durability.Always);
        using var client = new LocalClient(store);
        var record = Record(_session, ProcessState.Running);
        Write(client, turn: null, record);
        journal.WaitForWrite();
        journal.IsOpen = false;
        journal.Fails = true;
        using var asked = new ManualResetEventSlim();
        SourceCleanup.RunUntilWritten(store, _session, () =>
        {
            asked.Set();
            return isStillGone;
        });
        journal.WaitForWrite();
        journal.Permit();
        store.WaitFor(store.NewestPosition, TestContext.Current.CancellationToken);
        Assert.Equal(ProcessState.Running, Read(client, record.Id).Status.State);
        journal.Fails = false;
        journal.IsOpen = true;
        Assert.True(asked.Wait(Soon, TestContext.Current.CancellationToken));
        Assert.True(SpinWait.SpinUntil(() => !isStillGone || Read(client, record.Id).Status.State == ProcessState.Lost, Soon));
        store.Close(new FaultException(Fault.ContextStopped, "stopped"));
        Assert.Equal(isStillGone ? ProcessState.Lost : ProcessState.Running, Read(client, record.Id).Status.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_can_clean_up_too(bool isRemote)
    {
        using var server = StateServer.Start();
        using var local = new LocalClient(server.Store);
        using IClient client = isRemote ? RemoteClient.Connect(server.Connection, InTime) : new LocalClient(server.Store);
        var child = Record(_session, ProcessState.Running);
        var grandchild = Record(child.Id, ProcessState.Running);
        var racing = Record(_session, ProcessState.Running);
        var other = Record(Guid.NewGuid(), ProcessState.Running);
        Write(local, turn: null, child, grandchild, racing, other);
        var output = KeyName.OutputPrefixOf(_session) + "1";
        local.Commit(Set("open", true) with { Namespace = output });
        var commits = 0;
        var interposed = InterposedClient.Create(client, method =>
        {
            if (method == nameof(IClient.CommitAsync) && commits++ == 0)
            {
                Write(local, turn: null, racing with { Status = new ProcessStatus { State = ProcessState.Completed } });
            }
        });
        await SourceCleanup.RunAsync(interposed, _session).WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal(
            [ProcessState.Lost, ProcessState.Lost, ProcessState.Completed, ProcessState.Running],
            new[] { child, grandchild, racing, other }.Select(record => Read(local, record.Id).Status.State));
        Assert.Equal((Guid.Empty, other.Session), (Read(local, racing.Id).Session, Read(local, other.Id).Session));
        Assert.DoesNotContain(local.GetNamespaces(), space => space.Name == output);
    }

    [Fact]
    public async Task A_client_that_is_closed_says_so()
    {
        _client.Dispose();
        var fault = await Assert.ThrowsAsync<FaultException>(() => SourceCleanup.RunAsync(_client, _session));
        Assert.Equal(Fault.ContextStopped, fault.Fault);
    }

    private static ProcessRecord Record(Guid session, ProcessState state) => new()
    {
        Id = Guid.NewGuid(),
        Name = "p",
        As = "Process",
        Session = session,
        Parent = session,
        Status = new ProcessStatus { State = state },
    };

    private ProcessRecord Read(Guid id) => Read(_client, id);

    private static ProcessRecord Read(LocalClient client, Guid id) => ProcessRecord.Decode(ProcessRecord.KeyOf(id), client.Get(KeyName.Processes, ProcessRecord.KeyOf(id))!.Value.Value);

    private void Write(params ProcessRecord[] records) => Write(turn: null, records);

    private void Write(Turn? turn, params ProcessRecord[] records) => Write(_client, turn, records);

    private static void Write(LocalClient client, Turn? turn, params ProcessRecord[] records) => client.Commit(
        new CommitRequest(KeyName.Processes, Tester, [.. records.Select(record => new Change(ChangeKind.Set, record.Key, record.Encode()))], turn?.Id ?? 0));
}
