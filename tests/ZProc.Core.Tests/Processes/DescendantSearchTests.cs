using Xunit;
using ZProc.Core.Processes;

namespace ZProc.Core.Tests.Processes;

/// <summary>The search for descendants in a list of processes, without any process.</summary>
public sealed class DescendantSearchTests
{
    private const int Self = 50;
    private static readonly ProcessIdentity Root = new(100, StartTime: 10);

    [Fact]
    public void Finds_children_of_children_in_any_order_of_the_list_but_not_the_root() => Assert.Equal(
        [101, 102, 103],
        Find(Root, Process(103, 102, start: 13), Process(102, 101, start: 12), Process(101, 100, start: 11), Process(100, 1, start: 10), Process(200, 1, start: 11)));

    [Fact]
    public void Finds_by_session_what_has_lost_its_parent() => Assert.Equal(
        [101, 102], Find(Root, Process(101, 1, start: 11, session: 100), Process(102, 101, start: 12, session: 7)));

    [Fact]
    public void Finds_by_lineage_what_has_lost_parent_and_session_and_its_children() =>
        Assert.Equal([101, 102], Find(Root, lineage: [101], Process(101, 1, start: 11, session: 7), Process(102, 101, start: 12, session: 7)));

    [Fact]
    public void Searches_by_lineage_alone_without_a_root() =>
        Assert.Equal([101], Find(root: null, lineage: [101], Process(101, 1, start: 11), Process(102, 100, start: 11)));

    [Fact]
    public void Does_not_follow_a_parent_that_is_younger_than_the_child() =>
        Assert.Empty(Find(Root, Process(101, 100, start: 9), Process(102, 1, start: 9, session: 100)));

    [Fact]
    public void Does_not_follow_the_roots_id_once_another_process_has_it() =>
        Assert.Equal([103], Find(Root, lineage: [103], Process(100, 1, start: 20), Process(101, 100, start: 21), Process(102, 1, start: 21, session: 100), Process(103, 1, start: 12)));

    [Fact]
    public void Asks_for_the_lineage_of_no_process_that_is_older_than_the_root()
    {
        var asked = new List<int>();
        var found = DescendantSearch.Find([Process(90, 1, start: 9), Process(101, 1, start: 10), Process(102, 1, start: 11)], Root, Self, process =>
        {
            asked.Add(process.Identity.Id);
            return true;
        });
        Assert.Equal([101, 102], asked);
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void Never_finds_the_caller() =>
        Assert.Equal([102], Find(Root, lineage: [Self], Process(Self, 100, start: 11, session: 100), Process(102, 100, start: 12)));

    private static ProcessEntry Process(int id, int parent, long start, int session = 1) => new(new ProcessIdentity(id, start), parent, session);

    private static int[] Find(ProcessIdentity? root, params ProcessEntry[] all) => Find(root, lineage: [], all);

    private static int[] Find(ProcessIdentity? root, int[] lineage, params ProcessEntry[] all) =>
        [.. DescendantSearch.Find(all, root, Self, process => lineage.Contains(process.Identity.Id)).Select(process => process.Id).Order()];
}
