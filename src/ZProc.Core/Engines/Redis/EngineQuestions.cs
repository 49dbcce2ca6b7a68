using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>Asks the engine what can be asked twice. A question is asked again while the engine is away, until the session ends. Thread-safe.</summary>
internal sealed class EngineQuestions
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly Action _throwIfEnded;
    private readonly Action _lost;
    private int _unanswered; // questions that wait for an engine that is away

    /// <param name="link">The connections.</param>
    /// <param name="keys">The names of the context's keys.</param>
    /// <param name="throwIfEnded">Throws when the session has ended.</param>
    /// <param name="lost">Tells the session that the engine did not answer.</param>
    public EngineQuestions(RedisLink link, RedisKeys keys, Action throwIfEnded, Action lost)
    {
        _link = link;
        _keys = keys;
        _throwIfEnded = throwIfEnded;
        _lost = lost;
    }

    /// <summary>Whether a question waits for an engine that is away.</summary>
    public bool AnyWaits => Volatile.Read(ref _unanswered) > 0;

    /// <summary>Runs a script that changes nothing, or the same however often it runs. Tries again while the engine is away.</summary>
    /// <exception cref="FaultException">ConnectionLost, ContextStopped; the engine's own error.</exception>
    public Task<RedisReply> RunAsync(string script, RedisKey[] keys, params RedisValue[] arguments) => RunAsync(script, keys, arguments, CancellationToken.None);

    /// <summary>Runs a script that changes nothing, or the same however often it runs. Tries again while the engine is away.</summary>
    /// <param name="script">The script.</param>
    /// <param name="keys">The script's keys.</param>
    /// <param name="arguments">The script's arguments after the client.</param>
    /// <param name="cancellation">Asks no more.</param>
    /// <exception cref="FaultException">ConnectionLost, ContextStopped; the engine's own error.</exception>
    public Task<RedisReply> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellation)
    {
        RedisValue[] all = [_keys.Client, .. arguments];
        return AskAsync(
            async () => new RedisReply(await _link.RunAsync(script, keys, all).ConfigureAwait(false)),
            static reply => reply.Status == "GONE", // the session joins again, or ends
            cancellation);
    }

    /// <summary>Subscribes to a channel. Tries again while the engine is away.</summary>
    /// <exception cref="FaultException">ConnectionLost, ContextStopped; the engine's own error.</exception>
    public Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel) =>
        AskAsync(() => _link.SubscribeAsync(channel), static _ => false, CancellationToken.None);

    /// <param name="ask">Asks.</param>
    /// <param name="isRefused">Whether an answer says that the engine does not know this client as a member.</param>
    /// <param name="cancellation">Asks no more. What is on its way is left to itself.</param>
    private async Task<T> AskAsync<T>(Func<Task<T>> ask, Func<T, bool> isRefused, CancellationToken cancellation)
    {
        var waits = false;
        try
        {
            while (true)
            {
                _throwIfEnded();
                try
                {
                    var answer = await ask().WaitAsync(cancellation).ConfigureAwait(false);
                    if (!isRefused(answer))
                    {
                        return answer;
                    }
                }
                catch (Exception exception) when (exception is not FaultException && !cancellation.IsCancellationRequested)
                {
                    if (!RedisFaults.IsPassing(exception))
                    {
                        throw RedisFaults.Describe(exception);
                    }

                    // Expected: the engine is away for a while. The session's thread decides when that is too long.
                    ZProcEventSource.Log.FaultCaught(nameof(EngineQuestions), exception);
                }

                if (!waits)
                {
                    waits = true;
                    Interlocked.Increment(ref _unanswered);
                }

                _lost();
                await Task.Delay(RetryDelay, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            if (waits)
            {
                Interlocked.Decrement(ref _unanswered);
            }
        }
    }
}
