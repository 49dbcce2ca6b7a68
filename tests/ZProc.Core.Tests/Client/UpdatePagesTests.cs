using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

public sealed class UpdatePagesTests
{
    private readonly HandFedReplicas _client = new();

    [Fact]
    public void Pages_end_with_the_update_that_was_the_newest_when_they_began()
    {
        var reading = Read(2);
        _client.Answer(Next(2), 3, 5, newest: 8);
        _client.Answer(Next(5), 6, 9, newest: 20);
        Assert.Equal([3L, 4L, 5L, 6L, 7L, 8L, 9L], RevisionsOf(reading));
        Assert.Equal(9, reading.Result.Revision);
    }

    [Fact]
    public void All_that_is_kept_begins_anew_where_the_next_page_is_kept_no_more()
    {
        var reading = Read(null);
        _client.Answer(Next(null), 1, 3, newest: 8);
        _client.Refuse(Next(3), Fault.Compacted, 50L);
        _client.Answer(Next(49), 50, 51, newest: 52);
        _client.Answer(Next(51), 52, 52, newest: 52);
        Assert.Equal([50L, 51L, 52L], RevisionsOf(reading));
    }

    [Fact]
    public void Updates_since_a_revision_that_is_no_longer_kept_are_refused()
    {
        var reading = Read(2);
        _client.Answer(Next(2), 3, 5, newest: 8);
        _client.Refuse(Next(5), Fault.Compacted, 50L);
        Assert.Equal(Fault.Compacted, FaultOf(() => RevisionsOf(reading)));
    }

    [Theory]
    [InlineData(6, 5)] // nothing
    [InlineData(7, 8)] // not the next one
    public void A_page_that_does_not_go_on_from_the_last_is_no_answer(long first, long last)
    {
        var reading = Read(2);
        _client.Answer(Next(2), 3, 5, newest: 8);
        _client.Answer(Next(5), first, last, newest: 8);
        Assert.Equal(Fault.MalformedMessage, FaultOf(() => RevisionsOf(reading)));
    }

    [Fact]
    public void Nothing_is_kept()
    {
        var reading = Read(null);
        _client.Answer(Next(null), 1, 0, newest: 8);
        Assert.Empty(RevisionsOf(reading));
        Assert.Equal(8, reading.Result.Revision);
    }

    private static IEnumerable<long> RevisionsOf(Task<UpdatePage> reading) =>
        reading.WaitAsync(Soon).GetAwaiter().GetResult().Updates.Select(update => update.Revision);

    private Task<UpdatePage> Read(long? since) => Task.Run(() => _client.Requests.Pages(Ns, since, CancellationToken.None));

    private SentRequest Next(long? since)
    {
        var request = _client.Next(Operation.Updates);
        Assert.Equal(since, request.Since);
        return request;
    }
}
