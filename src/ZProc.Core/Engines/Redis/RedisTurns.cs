using ZProc.Core.Diagnostics;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>The client's turns: it asks for them, waits in the engine's queues, and gives them back. Thread-safe.</summary>
internal sealed class RedisTurns
{
    private static readonly TimeSpan WithdrawBound = TimeSpan.FromSeconds(2);

    private readonly RequestChannel _requests;
    private readonly EngineQuestions _questions;
    private readonly RedisKeys _keys;

    public RedisTurns(RequestChannel requests, EngineQuestions questions, RedisKeys keys)
    {
        _requests = requests;
        _questions = questions;
        _keys = keys;
    }

    /// <summary>The tickets that wait.</summary>
    public TurnTickets Tickets { get; } = new();

    /// <summary>The requests that may wait.</summary>
    public OpenRequests Open { get; } = new();

    /// <summary>Takes the turn of a namespace, or queues for it.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="source">For whom.</param>
    /// <param name="isForWrite">Whether one write takes the turn for itself. It then keeps its place while its client is silent.</param>
    public Task<RedisReply> AskAsync(string ns, Source source, bool isForWrite = false) => _requests.Send(
        RedisScript.Acquire, _keys.Of(ns), [default, default, default, ns, RedisKeys.Text(source.Id), isForWrite ? "W" : "T"]).Reply;

    /// <summary>Ends a turn.</summary>
    public void Release(string ns, long turn) => _ = _questions.RunAsync(RedisScript.Release, _keys.State, ns, turn);

    /// <summary>Takes a ticket out of its queue.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="ticket">The ticket's number.</param>
    /// <param name="reason">What ends the wait of the ticket.</param>
    /// <returns>Whether it waited there. False also when the engine does not answer soon.</returns>
    public bool Withdraw(string ns, long ticket, FaultException reason)
    {
        try
        {
            var withdrawing = _questions.RunAsync(RedisScript.Withdraw, _keys.State, ns, ticket);
            if (!withdrawing.Wait(WithdrawBound) || withdrawing.Result.Status != "OUT")
            {
                return false;
            }
        }
        catch (AggregateException fault)
        {
            // Expected: the session has ended, which the request's own outcome tells.
            ZProcEventSource.Log.FaultCaught(nameof(RedisTurns), fault);
            return false;
        }

        Tickets.Cancel(ticket, reason);
        return true;
    }

    /// <summary>Ends the turns and tickets of a source.</summary>
    public Task EndAsync(Guid source) => _questions.RunAsync(RedisScript.End, _keys.State, RedisKeys.Text(source), "0");
}
