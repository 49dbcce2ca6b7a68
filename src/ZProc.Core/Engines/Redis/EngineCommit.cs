using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// One commit, until its outcome is known. The engine makes it at once, or queues it while another source has the turn. A commit whose
/// entries were changed meanwhile twice takes the turn itself, so that it cannot lose again and again.
/// </summary>
internal sealed class EngineCommit
{
    private const int FreeAttempts = 2;

    private readonly RedisSession _session;
    private readonly CommitRequest _request;
    private readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RequestWaits _waits;
    private long _turn; // of the request, or taken for it
    private bool _isOwnTurn;
    private Task _earlier = Task.CompletedTask; // ends with the client's commits before this one

    public EngineCommit(RedisSession session, CommitRequest request)
    {
        _session = session;
        _request = request;
        _turn = request.Turn;
        _waits = new RequestWaits(session.Turns, request.Namespace, request.Source.Id);
    }

    /// <summary>Ends when the commit has its place among those of the namespace: it was sent, or is queued, or has ended.</summary>
    public Task Placed => _placed.Task;

    /// <summary>Makes the commit.</summary>
    /// <param name="previous">The place of the client's commit before this one.</param>
    /// <param name="earlier">Ends with all earlier commits.</param>
    /// <exception cref="FaultException">The commit was refused, or its outcome is not known.</exception>
    public async Task<CommitResult> RunAsync(Task previous, Task earlier)
    {
        _earlier = earlier;
        _session.Turns.Open.Add(_waits);
        try
        {
            if (!previous.IsCompleted)
            {
                await _waits.PauseAsync(previous).ConfigureAwait(false);
            }

            return CommitPlan.WithoutEntries(_request, key => _session.GuessEntry(_request.Namespace, key)) is { } plan
                ? await RunPlainAsync(plan).ConfigureAwait(false)
                : CommitPlan.KeysOf(_request) is { } keys ? await RunAsync(keys, _turn == 0 ? _session.GuessEntries(_request.Namespace, keys) : null).ConfigureAwait(false)
                : await RunOnAllAsync().ConfigureAwait(false);
        }
        catch when (_isOwnTurn)
        {
            _session.Turns.Release(_request.Namespace, _turn);
            throw;
        }
        finally
        {
            _session.Turns.Open.Remove(_waits);
            _placed.TrySetResult();
        }
    }

    /// <summary>Takes the commit out of the queue for the turn. One that is not there yet sends nothing more.</summary>
    /// <returns>Whether nothing was changed, nor will be; if it is not known, the outcome is on the way.</returns>
    public bool Withdraw() => _waits.Withdraw();

    private async Task<CommitResult> RunPlainAsync(CommitPlan plan)
    {
        while (true)
        {
            var sent = Send(plan);
            if (!plan.CanNeedEntries)
            {
                _placed.TrySetResult();
            }

            var reply = await _waits.ReplyAsync(sent).ConfigureAwait(false);
            switch (reply.Status)
            {
                case "OK":
                    return await CompleteAsync(plan, sent, reply).ConfigureAwait(false);
                case "STALE" or "REFUSED":
                    // A condition did not hold, or the script cannot add to a value: the entries tell, or the revisions where the answer was lost.
                    var entries = reply.Status == "STALE" ? EntriesOf(plan, reply) : null;
                    CommitPlan.FromEntries(_request, entries ?? plan.RevisionsOf(reply), _session.Limits);
                    return await RunAsync([.. plan.Keys], entries).ConfigureAwait(false);
                default:
                    await HandleAsync(reply).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Makes a commit that needs the entries of its keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="entries">The entries that they probably have; null where nothing is known of them.</param>
    private async Task<CommitResult> RunAsync(IReadOnlyList<string> keys, IReadOnlyDictionary<string, Entry?>? entries)
    {
        var isGuess = true;
        for (var attempts = 0; ; attempts++)
        {
            if (entries is null)
            {
                if (_turn == 0 && !_earlier.IsCompleted)
                {
                    await _waits.PauseAsync(_earlier).ConfigureAwait(false); // what is read now can refuse this commit
                }

                entries = await _waits.ReadAsync(over => _session.Reader.ReadEntriesAsync(_request.Namespace, keys, over)).ConfigureAwait(false);
                isGuess = false;
            }

            CommitPlan plan;
            try
            {
                plan = CommitPlan.FromEntries(_request, entries, _session.Limits);
            }
            catch (FaultException) when (isGuess)
            {
                entries = null; // the engine's own entries decide
                continue;
            }

            if (attempts >= FreeAttempts && _turn == 0)
            {
                await TakeTurnAsync().ConfigureAwait(false);
                entries = null;
                continue;
            }

            var sent = Send(plan);
            var reply = await _waits.ReplyAsync(sent).ConfigureAwait(false);
            switch (reply.Status)
            {
                case "OK":
                    return await CompleteAsync(plan, sent, reply).ConfigureAwait(false);
                case "STALE":
                    (entries, isGuess) = (EntriesOf(plan, reply), false);
                    break;
                default:
                    await HandleAsync(reply).ConfigureAwait(false);
                    entries = null;
                    break;
            }
        }
    }

    /// <summary>Makes a commit that may touch any key, in a turn.</summary>
    private async Task<CommitResult> RunOnAllAsync()
    {
        while (true)
        {
            if (_turn == 0)
            {
                await TakeTurnAsync().ConfigureAwait(false);
            }

            var snapshot = await _waits.ReadAsync(over => _session.Reader.LoadAsync(_request.Namespace, over)).ConfigureAwait(false);
            var entries = snapshot.Entries.ToDictionary(static pair => pair.Key, static pair => (Entry?)pair.Value, StringComparer.Ordinal);
            foreach (var change in _request.Changes.Where(static change => change.HasKey))
            {
                entries.TryAdd(change.Key, null);
            }

            var plan = CommitPlan.FromEntries(_request, entries, _session.Limits);
            var sent = Send(plan);
            var reply = await _waits.ReplyAsync(sent).ConfigureAwait(false);
            if (reply.Status == "OK")
            {
                return await CompleteAsync(plan, sent, reply).ConfigureAwait(false);
            }

            if (reply.Status != "STALE")
            {
                await HandleAsync(reply).ConfigureAwait(false);
            }
        }
    }

    private NumberedRequest Send(CommitPlan plan)
    {
        _waits.ThrowIfOver();
        return _session.Requests.Send(
            RedisScript.Commit,
            _session.Keys.Of(_request.Namespace),
            plan.Arguments(_request, _turn, _isOwnTurn || _request.EndTurn, _session.Limits, _session.Replicas.Followed.Has(_request.Namespace)));
    }

    /// <summary>The entries that the engine has instead of those that the plan expects. A refusal because of them is as new as they are.</summary>
    private IReadOnlyDictionary<string, Entry?> EntriesOf(CommitPlan plan, in RedisReply reply)
    {
        _session.Sequence.Observe(reply.Number(1));
        return _session.Reader.ReadEntries(_request.Namespace, plan.Keys, reply, first: 2);
    }

    /// <summary>Ends the commit, when the copy of the namespace and its watches show it.</summary>
    private async Task<CommitResult> CompleteAsync(CommitPlan plan, NumberedRequest sent, RedisReply reply)
    {
        if (_isOwnTurn || (_turn != 0 && _request.EndTurn))
        {
            _session.Turns.Own.End(_request.Namespace, _turn); // with the commit
            _isOwnTurn = false;
        }

        var result = plan.ResultOf(_request, reply);
        _session.Note(_request, result);
        if (result.Changed)
        {
            await _session.Replicas.ShowAsync(_request.Namespace, result.Revision, CommitPlan.UpdateOf(reply)).ConfigureAwait(false);
            if (_session.Confirmation.IsDemanded)
            {
                await _session.Confirmation.WaitAsync(sent).ConfigureAwait(false);
            }
        }

        return result;
    }

    /// <summary>Handles an answer that is neither the result nor other entries: the caller tries again.</summary>
    private async Task HandleAsync(RedisReply reply)
    {
        switch (reply.Status)
        {
            case "AGAIN" or "REFUSED":
                return;
            case "WAIT" when _request.Turn != 0:
                _session.Turns.Release(_request.Namespace, _request.Turn); // a fail-over took the turn back: others may have had it meanwhile
                throw TurnQueue.Lost(_request.Namespace);
            case "WAIT":
                await WaitAsync(reply.Number(1)).ConfigureAwait(false);
                return;
            case "LOST" when _isOwnTurn:
                (_turn, _isOwnTurn) = (0, false);
                return;
            case "LOST":
                throw TurnQueue.Lost(_request.Namespace);
            case "EMPTY":
                _session.Sequence.Observe(reply.Number(1));
                throw Draft.NothingToPop(_request.Namespace);
            default:
                throw RedisReply.Malformed();
        }
    }

    private async Task TakeTurnAsync()
    {
        while (_turn == 0)
        {
            _waits.ThrowIfOver();
            var reply = await _waits.ReplyAsync(_session.Turns.Ask(_request.Namespace, _request.Source, isForWrite: true)).ConfigureAwait(false);
            if (reply.Status == "TURN")
            {
                (_turn, _isOwnTurn) = (reply.Number(1), true);
            }
            else
            {
                await HandleAsync(reply).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits with a ticket, in the engine's queue.</summary>
    private async Task WaitAsync(long ticket)
    {
        if (_isOwnTurn)
        {
            (_turn, _isOwnTurn) = (0, false); // the client was silent for so long that the turn went on, and the ticket is in the queue again
        }

        _placed.TrySetResult();
        if (await _waits.QueueAsync(ticket).ConfigureAwait(false))
        {
            (_turn, _isOwnTurn) = (ticket, true);
        }
        else if (_turn == 0 && !_earlier.IsCompleted)
        {
            await _waits.PauseAsync(_earlier).ConfigureAwait(false); // their tickets are lost, too: they are asked for again in order
        }
    }
}
