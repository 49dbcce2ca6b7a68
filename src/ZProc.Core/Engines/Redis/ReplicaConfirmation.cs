using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>Waits until replicas of the engine have a commit.</summary>
internal sealed class ReplicaConfirmation
{
    private const int Bound = 5_000; // milliseconds

    private readonly RedisAddress _address;
    private readonly RedisLink _link;

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
            var waiting = _link.ExecuteAsync("WAIT", _address.Replicas, Bound);
            var after = _link.IdentifyAsync();
            var isSame = await commit.Connection!.ConfigureAwait(false) == await after.ConfigureAwait(false);
            confirmed = isSame ? (long)await waiting.ConfigureAwait(false) : 0;
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
}
