using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class UpdateCursorTests
{
    private static readonly Source Other = new(Guid.NewGuid(), "other", 2);

    private readonly UpdateLog _log = new(new StoreOptions { MaximumUpdates = 4, MinimumUpdates = 4 }, 0);

    [Fact]
    public void Matches_are_read_in_order_and_other_updates_are_skipped()
    {
        var cursor = Cursor();
        Commit(cursor, "a", "b", "a", "b");
        Assert.Equal([1, 3], ReadAll(cursor));
        Assert.False(cursor.HasUnread);
    }

    [Fact]
    public void It_begins_after_its_revision()
    {
        Append("a", "a", "b", "a");
        Assert.Equal([2, 4], ReadAll(Cursor(since: 1)));
        Assert.Empty(ReadAll(Cursor()));
    }

    [Fact]
    public void An_update_that_is_offered_for_several_keys_is_one_match()
    {
        var cursor = Cursor();
        var update = Append("a")[0];
        Assert.True(cursor.Offer(update));
        Assert.False(cursor.Offer(update));
        Assert.Equal([1], ReadAll(cursor));
    }

    [Fact]
    public void An_excluded_source_has_no_matches()
    {
        var cursor = Cursor(excluded: Tester.Id);
        Commit(cursor, "a");
        var other = Append(Other, "a");
        Assert.True(cursor.Offer(other));
        Commit(cursor, "a");
        Assert.True(cursor.Offer(Append(Other, "a")));
        Assert.Equal([2, 4], ReadAll(cursor));
    }

    [Fact]
    public void A_live_cursor_reads_the_newest_match_only()
    {
        var cursor = Cursor();
        Commit(cursor, "a", "a", "b");
        cursor.IsLive = true;
        Assert.Equal([2], ReadAll(cursor));
        Commit(cursor, "a", "a");
        Assert.Equal([5], ReadAll(cursor));
    }

    [Fact]
    public void The_newest_match_can_be_read_after_the_log_has_dropped_it()
    {
        var cursor = Cursor();
        Commit(cursor, "a", "b", "b", "b", "b", "b", "b");
        Assert.True(_log.Oldest > 1);
        Assert.Equal([1], ReadAll(cursor));
    }

    [Fact]
    public void A_cursor_that_fell_behind_the_log_says_so_once()
    {
        var cursor = Cursor();
        Commit(cursor, "a", "a", "b", "b", "b", "b", "b");
        Assert.Equal(Fault.Compacted, Assert.Throws<FaultException>(() => cursor.TryTake(out _)).Fault);
        Assert.Empty(ReadAll(cursor));
        Commit(cursor, "a");
        Assert.Equal([8], ReadAll(cursor));
    }

    private UpdateCursor Cursor(long? since = null, Guid? excluded = null) =>
        new(_log, new WatchOptions { Namespace = Ns, Keys = new KeyFilter(["a"]), SinceRevision = since, ExcludeSource = excluded });

    private static List<long> ReadAll(UpdateCursor cursor)
    {
        var read = new List<long>();
        while (cursor.TryTake(out var update))
        {
            read.Add(update.Revision);
        }

        return read;
    }

    private void Commit(UpdateCursor cursor, params IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            var update = Append(Tester, key);
            if (key == "a")
            {
                cursor.Offer(update);
            }
        }
    }

    private List<Update> Append(params IEnumerable<string> keys) => [.. keys.Select(key => Append(Tester, key))];

    private Update Append(Source source, string key)
    {
        var revision = _log.Revision + 1;
        var update = new Update(Ns, revision, revision, DateTime.UtcNow, source, [new KeyChange(key, null, V(revision))]);
        _log.Append(update);
        return update;
    }
}
