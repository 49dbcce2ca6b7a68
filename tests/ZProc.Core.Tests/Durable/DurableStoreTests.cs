using Microsoft.Data.Sqlite;
using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>A state on disk: what is there when it is opened again.</summary>
public sealed class DurableStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Durability.Always)]
    [InlineData(Durability.Interval)]
    public void A_state_goes_on_where_it_was(Durability durability)
    {
        var store = Open("state", durability);
        var client = new LocalClient(store);
        client.Commit(Set("a", 1));
        client.Commit(Set("b", "text"));
        client.Commit(Set("a", 2));
        client.Commit(Remove("b"));
        client.Commit(In("gone", new Change(ChangeKind.Set, "x", V(1))));
        client.Commit(In("gone", new Change(ChangeKind.RemoveNamespace, "")));
        client.Commit(In("again", new Change(ChangeKind.Set, "x", V(1))));
        client.Commit(In("again", new Change(ChangeKind.RemoveNamespace, "")));
        client.Commit(In("again", new Change(ChangeKind.Set, "x", V(2))));
        client.Commit(In("again", new Change(ChangeKind.Set, "x", V(null))));
        client.Commit(In(KeyName.OutputPrefix + "one", new Change(ChangeKind.Set, "x", V(1))));
        client.Commit(In(KeyName.OutputPrefix + "one", new Change(ChangeKind.RemoveNamespace, "")));
        var (spaces, sequence) = (client.GetNamespaces(), client.ObservedSequence);
        var updates = client.GetUpdates(Ns, null).Updates;
        var entries = client.GetSnapshot(Ns).Unordered.ToArray();
        Close(store);

        var again = Open("state", durability);
        var reader = new LocalClient(again);
        Assert.Null(again.CutOff);
        Assert.Equal((store.Incarnation, sequence), (again.Incarnation, reader.ObservedSequence));
        Assert.Equal(spaces, reader.GetNamespaces());
        Assert.Equal(entries, reader.GetSnapshot(Ns).Unordered);
        Assert.Equal(updates.Select(Text), reader.GetUpdates(Ns, null).Updates.Select(Text));
        Assert.Equal((2, 0), (reader.Summarize("gone").Revision, reader.Summarize("gone").Count));
        using var watch = reader.Watch(new WatchOptions { Namespace = Ns, SinceRevision = 2 });
        Assert.Equal([3, 4], new[] { watch.Read(InTime)!.Revision, watch.Read(InTime)!.Revision });
        Assert.Equal(Fault.Compacted, FaultOf(() => reader.GetUpdates("again", 1)));
        Assert.Equal((5, sequence + 1), (reader.Commit(Set("c", 1)).Revision, reader.ObservedSequence));
        Assert.Equal(3, reader.Commit(In("gone", new Change(ChangeKind.Set, "x", V(1)))).Revision);
        Close(again);
    }

    [Fact]
    public void After_a_crash_a_state_with_an_interval_is_another_incarnation()
    {
        var store = Open("state", Durability.Interval);
        new LocalClient(store).Commit(Set("a", 1));
        var crashed = Store.Open(new DurableOptions(_folder.CopyState(_folder["state"], "crashed"), Durability.Interval));
        Assert.NotEqual(store.Incarnation, crashed.Incarnation); // clients may have seen what is not there
        Close(crashed);
        Close(store);

        var always = Open("state");
        Assert.Equal(store.Incarnation, always.Incarnation);
        crashed = Store.Open(new DurableOptions(_folder.CopyState(_folder["state"], "again")));
        Assert.Equal(store.Incarnation, crashed.Incarnation);
        Close(crashed);
        Close(always);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("x")]
    [InlineData(null)]
    public void A_state_of_another_format_is_refused_and_not_changed(string? format)
    {
        var store = Open("state");
        new LocalClient(store).Commit(Set("a", 1));
        Close(store);
        _folder.Sql("state", "UPDATE meta SET value = 'no' WHERE name = 'complete'"); // a server of this format would write another incarnation now
        _folder.Sql("state", format is null ? "DELETE FROM meta WHERE name = 'format'" : $"UPDATE meta SET value = '{format}' WHERE name = 'format'");
        _folder.Sql("state", "PRAGMA journal_mode = DELETE");
        var bytes = File.ReadAllBytes(_folder["state/state.db"]);
        var refused = Assert.Throws<FaultException>(() => Open("state"));
        Assert.Equal(Fault.InvalidArgument, refused.Fault);
        Assert.Contains("format", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["state/state.db"]));
    }

    [Fact]
    public void A_folder_with_a_file_that_cannot_be_written_is_not_in_use_and_is_free_again_at_once()
    {
        Directory.CreateDirectory(_folder["state/server.txt"]);
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => Open("state")));
        Directory.Delete(_folder["state/server.txt"]);
        Close(Open("state"));
        if (File.Exists("/dev/full"))
        {
            File.Delete(_folder["state/server.txt"]);
            File.CreateSymbolicLink(_folder["state/server.txt"], "/dev/full");
            var refused = Assert.Throws<FaultException>(() => Open("state"));
            Assert.Equal(Fault.DiskFailed, refused.Fault);
            Assert.Contains("No space left", refused.Message, StringComparison.Ordinal);
            File.Delete(_folder["state/server.txt"]);
            Close(Open("state"));
        }
    }

    [Fact]
    public void A_folder_has_one_server_and_bad_folders_are_clear_errors()
    {
        var store = Open("state");
        var refused = Assert.Throws<FaultException>(() => Open("state"));
        Assert.Equal(Fault.DirectoryInUse, refused.Fault);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message, StringComparison.Ordinal);
        Close(store);
        Close(Open("state"));

        File.WriteAllText(_folder["file"], "");
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => Open("file")));
        Assert.Equal(Fault.InvalidArgument, FaultOf(() => Open("missing/state")));
        Assert.False(Directory.Exists(_folder["missing"]));

        Directory.CreateDirectory(_folder["broken"]);
        File.WriteAllText(_folder["broken/state.db"], new string('x', 10_000));
        Assert.Equal(Fault.DirectoryDamaged, FaultOf(() => Open("broken")));
        Assert.Equal(Fault.DirectoryDamaged, FaultOf(() => Open("broken"))); // the folder was released, and the file is as it was
        Assert.Equal(10_000, new FileInfo(_folder["broken/state.db"]).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["state"]));
        }
    }

    [Fact]
    public void A_full_disk_is_an_error_of_the_commit_and_nothing_else()
    {
        var journal = SqliteJournal.Open(_folder["full.db"], Durability.Always, out _);
        var store = Store.Open(journal, Durability.Always);
        var client = new LocalClient(store);
        client.Commit(Set("a", 1));
        journal.LimitPages(journal.Pages + 20);
        var refused = Assert.Throws<FaultException>(() => client.Commit(In("new", new Change(ChangeKind.Set, "large", V(new string('x', 1_000_000))))));
        Assert.Equal(Fault.DiskFailed, refused.Fault);
        Assert.Contains("full", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, client.Get(Ns, "a")!.Value.Value.Plain());
        Assert.Equal(2, client.Commit(Set("a", 2)).Revision); // there is room for a small one
        journal.LimitPages(1_000_000);
        Assert.Equal(1, client.Commit(In("new", new Change(ChangeKind.Set, "large", V(new string('x', 1_000_000))))).Revision);
        Close(store);

        using var again = SqliteJournal.Open(_folder["full.db"], Durability.Always, out var recovered);
        Assert.Equal([(Ns, 2L), ("new", 1L)], recovered.Namespaces.Select(space => (space.Name, space.Revision)));
    }

    [Fact]
    public void A_namespace_is_on_disk_also_when_its_first_write_failed_for_another_reason_than_the_disk()
    {
        IReadOnlyList<Update> updates = [new Update("new", 1, 1, DateTime.UtcNow, Tester, [new KeyChange("a", null, V(1))])];
        using (var journal = SqliteJournal.Open(_folder["other.db"], Durability.Always, out _))
        {
            Assert.Throws<ArgumentNullException>(() => journal.Write(new JournalBatch(updates, Kept: null!)));
            journal.Write(new JournalBatch(updates, new Dictionary<string, KeptHistory>()));
        }

        using var again = SqliteJournal.Open(_folder["other.db"], Durability.Always, out var recovered);
        var space = Assert.Single(recovered.Namespaces);
        Assert.Equal(("new", 1L, true), (space.Name, space.Revision, space.Exists));
        Assert.Equal("a", Assert.Single(space.Entries).Key);
    }

    [Fact]
    public void A_write_to_a_namespace_that_the_database_lost_is_an_error()
    {
        using var journal = SqliteJournal.Open(_folder["other.db"], Durability.Always, out _);
        var kept = new Dictionary<string, KeptHistory>();
        journal.Write(new JournalBatch([new Update(Ns, 1, 1, DateTime.UtcNow, Tester, [new KeyChange("a", null, V(1))])], kept));
        using (var other = new SqliteConnection($"Data Source={_folder["other.db"]};Pooling=False"))
        {
            other.Open();
            using var removal = other.CreateCommand();
            removal.CommandText = "DELETE FROM namespaces";
            Assert.Equal(1, removal.ExecuteNonQuery());
        }

        IReadOnlyList<Update> next = [new Update(Ns, 2, 2, DateTime.UtcNow, Tester, [new KeyChange("a", V(1), V(2))])];
        Assert.Throws<InvalidOperationException>(() => journal.Write(new JournalBatch(next, kept)));
    }

    [Fact]
    public void A_folder_stays_small_while_its_state_does()
    {
        var options = new StoreOptions { MaximumUpdates = 100, MinimumUpdates = 1, MaximumUpdateBytes = 1_000_000 };
        var store = Store.Open(new DurableOptions(_folder["state"]), options);
        var client = new LocalClient(store);
        var value = V(new string('x', 100_000));
        for (var i = 0; i < 400; i++)
        {
            client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, $"key {i % 10}", value)], 0) { Force = true });
        }

        // The state has 1 MB, the history another MB.
        Close(store);
        Assert.InRange(TemporaryFolder.SizeOf(_folder["state"]), 1_000_000, (3 * 2_000_000) + 4_000_000);
        store = Store.Open(new DurableOptions(_folder["state"]), options);
        client = new LocalClient(store);
        client.Commit(Set("large", new string('x', 40_000_000)));
        client.Commit(Remove("large"));
        for (var i = 0; i < 300; i++)
        {
            client.Commit(Set("n", i)); // the history forgets the large value
        }

        Close(store);
        Assert.InRange(TemporaryFolder.SizeOf(_folder["state"]), 1_000_000, (3 * 2_000_000) + 4_000_000);
    }

    private Store Open(string name, Durability durability = Durability.Always) => Store.Open(new DurableOptions(_folder[name], durability));

    private static CommitRequest In(string ns, Change change) => new(ns, Tester, [change]);

    private static string Text(Update update) =>
        $"{update.Namespace} {update.Revision} {update.Sequence} {update.Timestamp:O} {update.Source} {string.Join(',', update.Changes)} {update.RemovesNamespace}";

    private static void Close(Store store) => store.Close(new FaultException(Fault.ContextStopped, "stopped"));
}
