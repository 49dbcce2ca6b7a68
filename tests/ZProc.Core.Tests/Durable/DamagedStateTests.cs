using ZProc.Core.Client;
using ZProc.Core.Durable;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Durable;

/// <summary>A state on disk that lacks something: a log that is torn or damaged, and an older copy of the database.</summary>
public sealed class DamagedStateTests : IDisposable
{
    private const string FailingStart = "CREATE TRIGGER failing BEFORE INSERT ON meta WHEN NEW.name = 'start' BEGIN SELECT RAISE(ABORT, 'failing'); END";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_end_of_the_log_opens_at_a_commit_that_was_whole_and_says_what_was_cut_off()
    {
        var store = Open("state");
        var client = new LocalClient(store);
        var sizes = new List<long>();
        for (var i = 1; i <= 12; i++)
        {
            client.Commit(new CommitRequest(Ns, Tester, [new Change(ChangeKind.Set, "n", V(i)), new Change(ChangeKind.Set, $"key {i}", V(new string('x', 900 * i)))]));
            sizes.Add(new FileInfo(_folder["state/state.db-wal"]).Length);
        }

        for (var round = 0; round < 12; round++)
        {
            var copy = _folder.CopyState(_folder["state"], $"torn {round}");
            const int Frame = 24 + 4096; // of the log: the cuts are also at its borders
            var size = round switch
            {
                0 => sizes[^1],
                1 => sizes[^2] + 1,
                2 => sizes[^2] + Frame + 15,
                3 => sizes[^2] + Frame,
                _ => sizes[0] + Random.Shared.NextInt64(sizes[^1] - sizes[0]),
            };
            using (var log = new FileStream(Path.Combine(copy, "state.db-wal"), FileMode.Open))
            {
                log.SetLength(size);
            }

            var whole = sizes.Count(end => end <= size);
            var opened = Store.Open(new DurableOptions(copy));
            var reader = new LocalClient(opened);
            Assert.Equal(whole, reader.Summarize(Ns).Revision);
            Assert.Equal(whole, reader.Get(Ns, "n")!.Value.Value.Plain());
            Assert.Equal(whole + 1, reader.Summarize(Ns).Count);
            Assert.Equal(whole, reader.GetUpdates(Ns, null).Updates.Count);
            Assert.Equal(store.Incarnation, opened.Incarnation);
            Assert.Equal((size - sizes[whole - 1], 0), (opened.CutOff?.Bytes ?? 0, opened.CutOff?.Transactions ?? 0));
            Assert.Equal(whole + 1, reader.Commit(Set("more", 1)).Revision);
            Close(opened);
        }

        // A damaged place in the middle takes back acknowledged updates, and says how many.
        var damaged = _folder.CopyState(_folder["state"], "damaged");
        using (var log = new FileStream(Path.Combine(damaged, "state.db-wal"), FileMode.Open))
        {
            log.Position = sizes[5] + 100;
            log.WriteByte(0xA5);
            log.WriteByte(0x5A);
        }

        var cut = Store.Open(new DurableOptions(damaged));
        Assert.Equal(6, new LocalClient(cut).Summarize(Ns).Revision);
        Assert.Equal(new CutOff(sizes[^1] - sizes[5], 6), cut.CutOff);
        Assert.NotEqual(store.Incarnation, cut.Incarnation); // clients may have seen what is not there
        Close(cut);
        var after = Store.Open(new DurableOptions(damaged));
        Assert.Equal(cut.Incarnation, after.Incarnation);
        Close(after);
        Close(store);
    }

    [Theory]
    [InlineData("in a frame", 0)]
    [InlineData("at the border of two frames", 0)]
    [InlineData("in the header", 0)]
    [InlineData("in a frame", 0xA5)]
    [InlineData("at the border of two frames", 0xA5)]
    [InlineData("in the header", 0xA5)]
    public void A_sector_of_the_log_that_is_lost_is_noticed_and_what_is_behind_it_is_counted(string place, byte content)
    {
        const int Sector = 4096;
        var store = Open("state");
        new LocalClient(store).Commit(Set("n", 1));
        Close(store);
        store = Open("state"); // its start is a transaction of the log, too
        var client = new LocalClient(store);
        var sizes = new List<long>();
        for (var i = 2; i <= 5; i++)
        {
            client.Commit(Set("n", i));
            sizes.Add(new FileInfo(_folder["state/state.db-wal"]).Length);
        }

        var (position, lost, revision) = place switch
        {
            "in a frame" => (sizes[1] + 2000, new CutOff(sizes[3] - sizes[1], 2), 3),
            "at the border of two frames" => (sizes[1], new CutOff(sizes[3] - sizes[1], 2), 3),
            _ => (0L, new CutOff(sizes[3], 5), 1),
        };
        var damaged = _folder.CopyState(_folder["state"], "damaged");
        using (var log = new FileStream(Path.Combine(damaged, "state.db-wal"), FileMode.Open))
        {
            log.Position = position;
            log.Write([.. Enumerable.Repeat(content, Sector)]);
        }

        var cut = Store.Open(new DurableOptions(damaged));
        Assert.Equal(lost, cut.CutOff);
        Assert.Equal(revision, new LocalClient(cut).Summarize(Ns).Revision);
        Assert.NotEqual(store.Incarnation, cut.Incarnation); // clients may have seen what is not there

        // The frames behind the damaged place are told of once, also after a crash.
        new LocalClient(cut).Commit(Set("n", 9));
        var crashed = _folder.CopyState(damaged, "crashed");
        var next = Store.Open(new DurableOptions(crashed));
        Assert.Null(next.CutOff);
        Assert.Equal(cut.Incarnation, next.Incarnation);
        Close(next);
        Close(cut);
        Close(store);
    }

    [Fact]
    public void Frames_of_an_earlier_use_of_the_log_are_no_damage()
    {
        var store = Open("state");
        var client = new LocalClient(store);
        for (var i = 0; i < 20; i++)
        {
            client.Commit(Set("n", i));
        }

        var length = new FileInfo(_folder["state/state.db-wal"]).Length;
        _folder.Sql("state", "PRAGMA wal_checkpoint(RESTART)");
        client.Commit(Set("n", 20)); // over the first frames
        Assert.Equal(length, new FileInfo(_folder["state/state.db-wal"]).Length);
        Assert.Null(LogScan.Run(_folder["state/state.db-wal"]));
        Close(store);
    }

    [Fact]
    public void A_log_that_cannot_be_read_is_an_error_of_the_disk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "has a file that cannot be read");
        Close(Open("state"));
        File.CreateSymbolicLink(_folder["state/state.db-wal"], "/proc/self/mem");
        var refused = Assert.Throws<FaultException>(() => Open("state"));
        Assert.Equal(Fault.DiskFailed, refused.Fault);
        Assert.Contains("could not be read", refused.Message, StringComparison.Ordinal);
        File.Delete(_folder["state/state.db-wal"]);
        Close(Open("state"));
    }

    [Fact]
    public void A_database_that_an_older_copy_replaced_is_another_incarnation()
    {
        var first = Open("state");
        new LocalClient(first).Commit(Set("a", 1));
        Close(first);
        File.Copy(_folder["state/state.db"], _folder["older"]);
        var second = Open("state");
        Assert.Equal(first.Incarnation, second.Incarnation);
        new LocalClient(second).Commit(Set("a", 2));
        Close(second);

        File.Copy(_folder["older"], _folder["state/state.db"], overwrite: true);
        var restored = Open("state");
        Assert.NotEqual(first.Incarnation, restored.Incarnation); // clients may have seen what is not there
        Assert.Equal(1, new LocalClient(restored).Get(Ns, "a")!.Value.Value.Plain());
        Close(restored);
        var next = Open("state");
        Assert.Equal(restored.Incarnation, next.Incarnation);
        Close(next);
    }

    [Fact]
    public void A_start_that_fails_does_not_forget_that_an_older_copy_took_the_place_of_the_database()
    {
        var first = Open("state");
        new LocalClient(first).Commit(Set("a", 1));
        Close(first);
        File.Copy(_folder["state/state.db"], _folder["older"]);
        Close(Open("state"));
        File.Copy(_folder["older"], _folder["state/state.db"], overwrite: true);
        _folder.Sql("state", FailingStart);
        var restored = OpenAfterFailure("state");
        Assert.NotEqual(first.Incarnation, restored.Incarnation);
        Close(restored);
    }

    [Fact]
    public void A_start_that_fails_does_not_forget_that_the_log_was_cut_off()
    {
        var store = Open("state");
        var client = new LocalClient(store);
        _folder.Sql("state", FailingStart);
        client.Commit(Set("a", 1));
        var size = new FileInfo(_folder["state/state.db-wal"]).Length;
        client.Commit(Set("a", 2));
        client.Commit(Set("a", 3));
        var damaged = _folder.CopyState(_folder["state"], "damaged");
        using (var log = new FileStream(Path.Combine(damaged, "state.db-wal"), FileMode.Open))
        {
            log.Position = size + 100;
            log.Write([0xA5, 0x5A]);
        }

        var restored = OpenAfterFailure("damaged");
        Assert.NotEqual(store.Incarnation, restored.Incarnation);
        Assert.Equal(1, new LocalClient(restored).Get(Ns, "a")!.Value.Value.Plain());
        Close(restored);
        Close(store);
    }

    [Fact]
    public void A_start_that_cannot_write_leaves_the_log_and_its_damage_as_they_are()
    {
        var store = Open("state");
        new LocalClient(store).Commit(Set("a", 1));
        new LocalClient(store).Commit(Set("a", 2));
        var path = Path.Combine(_folder.CopyState(_folder["state"], "full"), "state.db");
        Close(store);
        var log = File.ReadAllBytes(path + "-wal");
        using var full = new FullFile();
        var start = new StartMark(full);
        Assert.Equal(Fault.DiskFailed, FaultOf(() => SqliteJournal.Open(path, Durability.Always, out _, start, isTakenBack: true)));
        Assert.Equal(log, File.ReadAllBytes(path + "-wal"));
    }

    /// <summary>Opens a state whose next start fails after it has begun to write, and then once more.</summary>
    private Store OpenAfterFailure(string name)
    {
        Assert.Equal(Fault.DiskFailed, FaultOf(() => Open(name)));
        _folder.Sql(name, "DROP TRIGGER failing");
        return Open(name);
    }

    private Store Open(string name) => Store.Open(new DurableOptions(_folder[name]));

    private static void Close(Store store) => store.Close(new FaultException(Fault.ContextStopped, "stopped"));

    /// <summary>A file on a disk that takes no write.</summary>
    private sealed class FullFile : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");
    }
}
