using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Client;

public sealed class PendingRequestsTests
{
    private readonly PendingRequests _pending = new();

    [Fact]
    public void Requests_are_numbered_from_one_and_found_by_their_number()
    {
        var (first, second) = (Add(Operation.Get), Add(Operation.Commit));
        Assert.Equal((1, 2), (first.Number, second.Number));
        Assert.Same(second, _pending.Find(2));
        Assert.Null(_pending.Find(3));
    }

    [Fact]
    public void A_number_is_not_given_twice()
    {
        _pending.Remove(Add(Operation.Get).Number);
        Assert.Equal(2, Add(Operation.Get).Number);
    }

    [Fact]
    public void A_request_is_removed_once()
    {
        var request = Add(Operation.Get);
        Assert.Same(request, _pending.Remove(1));
        Assert.Null(_pending.Remove(1));
        Assert.Equal(0, _pending.Count);
    }

    [Fact]
    public void The_lowest_number_is_that_of_the_oldest_request_without_a_reply()
    {
        Add(Operation.Get);
        Add(Operation.Commit);
        Add(Operation.Get);
        _pending.Remove(2);
        Assert.Equal(1, _pending.LowestNumber);
        _pending.Remove(1);
        Assert.Equal(3, _pending.LowestNumber);
    }

    [Fact]
    public void Subscriptions_are_sent_again_before_the_others_and_all_in_their_order()
    {
        foreach (var operation in new[] { Operation.Commit, Operation.Subscribe, Operation.Get, Operation.Subscribe })
        {
            Add(operation);
        }

        Assert.Equal([2, 4, 1, 3], _pending.InResendOrder.Select(request => request.Number));
    }

    [Fact]
    public void The_requests_for_one_operation_are_removed_in_their_order()
    {
        foreach (var operation in new[] { Operation.Commit, Operation.Get, Operation.Commit })
        {
            Add(operation);
        }

        Assert.Equal([1, 3], _pending.RemoveAll(request => request.Operation == Operation.Commit).Select(request => request.Number));
        Assert.Equal([2], _pending.RemoveAll().Select(request => request.Number));
        Assert.Equal(0, _pending.Count);
    }

    private Request<object?> Add(Operation operation)
    {
        var request = new Request<object?>(operation, null, RequestTable.ReadEmpty);
        _pending.Add(request);
        return request;
    }
}
