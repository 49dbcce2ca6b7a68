using StackExchange.Redis;
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

    /// <summary>The turns that the client has and had.</summary>
    public OwnTurns Own { get; } = new();

    /// <summary>Takes the turn of a namespace, or queues for it.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="source">For whom.</param>
    /// <param name="isForWrite">Whether one write takes the turn for itself. It then keeps its place while its client is silent.</param>
    public NumberedRequest Ask(string ns, Source source, bool isForWrite = false) => _requests.Send(
        RedisScript.Acquire, _keys.Of(ns), [default, default, default, ns, RedisKeys.Text(source.Id), isForWrite ? "W" : "T"]);

    /// <summary>Ends a turn.</summary>
    public void Release(string ns, long turn)
    {
        Own.End(ns, turn);
        _ = EndAsync(RedisScript.Release, ns, turn);
    }

    /// <summary>Withdraws a request that was sent, or waits to be.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reason">Its error where the engine has not carried it out.</param>
    /// <returns>Whether the engine cannot have carried it out; if not, its outcome is on the way.</returns>
    public bool Withdraw(NumberedRequest request, FaultException reason) => _requests.TryWithdraw(request, reason);

    /// <summary>Takes a ticket out of its queue.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="ticket">The ticket's number.</param>
    /// <param name="reason">What ends the wait of the ticket.</param>
    /// <returns>Whether it waits no more. False when it has, or may have, the turn, which this client is about to learn.</returns>
    public bool Withdraw(string ns, long ticket, FaultException reason)
    {
        Own.End(ns, ticket);
        try
        {
            var withdrawing = _questions.RunAsync(RedisScript.Withdraw, _keys.State, ns, ticket);
            if (!withdrawing.Wait(WithdrawBound))
            {
                return TryGiveBack(ns, ticket, reason);
            }

            if (withdrawing.Result.Status != "OUT")
            {
                return false;
            }
        }
        catch (AggregateException fault)
        {
            // Expected: the session has ended, which the request's own outcome tells. Or the engine's disk is full.
            ZProcEventSource.Log.FaultCaught(nameof(RedisTurns), fault);
            return TryGiveBack(ns, ticket, reason);
        }

        Tickets.Cancel(ticket, reason);
        return true;
    }

    /// <summary>Ends the wait of a ticket of an engine that is away or refuses. Later the ticket goes, or the turn that it has by then.</summary>
    private bool TryGiveBack(string ns, long ticket, FaultException reason)
    {
        if (!Tickets.Cancel(ticket, reason))
        {
            return false;
        }

        _ = EndAsync(RedisScript.Release, ns, ticket);
        return true;
    }

    /// <summary>Ends the turns and tickets of a source.</summary>
    public Task EndAsync(Guid source) => EndAsync(RedisScript.End, RedisKeys.Text(source), "0");

    /// <summary>Has the engine end something. Where its disk is full, the client does that when it returns: see <see cref="EngineReturn"/>.</summary>
    private async Task EndAsync(string script, params RedisValue[] arguments)
    {
        try
        {
            await _questions.RunAsync(script, _keys.State, arguments).ConfigureAwait(false);
        }
        catch (FaultException fault) when (fault.Fault == Fault.DiskFailed)
        {
            _requests.Suspend();
            throw;
        }
    }
}
