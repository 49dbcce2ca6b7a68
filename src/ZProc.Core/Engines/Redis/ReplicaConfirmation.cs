using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>Waits until replicas of the engine have a commit.</summary>
internal sealed class ReplicaConfirmation
{
    // The engine carries out nothing else of the connection during a WAIT: no sign of life either.
    private const int Step = 250; // milliseconds

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly RedisAddress _address;
    private readonly RedisLink _link;
    private readonly object _gate = new();
    private Task _newest = Task.CompletedTask; // the newest question
    private Task<(string Connection, long Confirmed)>? _next; // the one that has not begun; null for none

    public ReplicaConfirmation(RedisAddress address, RedisLink link)
    {
        _address = address;
        _link = link;
    }

    /// <summary>Whether a commit returns only when replicas have it.</summary>
    public bool IsDemanded => _address.Replicas > 0;

    /// <summary>Waits until as many replicas as the address demands have a commit.</summary>
    /// <param name="commit">The commit, with its outcome.</param>
    /// <exception cref="FaultException">ConnectionLost: fewer have it. The commit was made.</exception>
    public async Task WaitAsync(NumberedRequest commit)
    {
        var confirmed = 0L;
        try
        {
            // The engine counts for a connection. After a fail-over the replicas of the new primary would confirm a commit that it never had.
            var answer = await Ask().ConfigureAwait(false);
            confirmed = await commit.Connection!.ConfigureAwait(false) == answer.Connection ? answer.Confirmed : 0;
        }
        catch (Exception exception) when (exception is RedisServerException || RedisFaults.IsPassing(exception))
        {
            ZProcEventSource.Log.FaultCaught(nameof(ReplicaConfirmation), exception);
        }

        if (confirmed < _address.Replicas)
        {
            throw new FaultException(
                Fault.ConnectionLost,
                $"The commit was made, but {confirmed} of {_address.Replicas} replicas are known to have it: a fail-over now could take it back. Check the engine's replicas.",
                _address.Endpoint);
        }
    }

    /// <summary>
    /// A question that begins after this call. It is one for all commits that wait for it: the engine tells of everything that was written on
    /// the connection.
    /// </summary>
    private Task<(string Connection, long Confirmed)> Ask()
    {
        lock (_gate)
        {
            if (_next is null)
            {
                _newest = _next = AskAsync(_newest);
            }

            return _next;
        }
    }

    /// <returns>The connection on which the question was asked, and how many replicas have what was written on it.</returns>
    private async Task<(string Connection, long Confirmed)> AskAsync(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            _next = null;
        }

        for (var deadline = Deadline.After(Bound); ;)
        {
            var waiting = _link.ExecuteAsync("WAIT", _address.Replicas, Step);
            var connection = await _link.IdentifyAsync().ConfigureAwait(false);
            var confirmed = (long)await waiting.ConfigureAwait(false);
            if (confirmed >= _address.Replicas || deadline.Passed)
            {
                return (connection, confirmed);
            }
        }
    }
}
