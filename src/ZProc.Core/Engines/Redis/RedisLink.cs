using StackExchange.Redis;
using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>The connections to the engine. StackExchange.Redis owns them and makes them again; what was on its way then has to be sent again.</summary>
internal sealed class RedisLink : IDisposable
{
    // The engine is asked every second. Its answer to a large request may take longer than that.
    private const int AnswerTimeout = 10_000;
    private const int Readers = 2; // one for each connection
    private static readonly TimeSpan DisposeBound = TimeSpan.FromSeconds(2);

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly IDatabase _database;
    private readonly SocketManager _threads;

    private RedisLink(ConnectionMultiplexer multiplexer, SocketManager threads)
    {
        _multiplexer = multiplexer;
        _threads = threads;
        _database = multiplexer.GetDatabase();
        multiplexer.ConnectionRestored += (_, _) => Restored?.Invoke();
        multiplexer.ConnectionFailed += (_, _) => Failed?.Invoke();
    }

    /// <summary>Called on a thread of the library when a connection is there again: messages of channels may be missing. It must only signal.</summary>
    public Action? Restored { get; set; }

    /// <summary>Called on a thread of the library when a connection has ended. It must only signal.</summary>
    public Action? Failed { get; set; }

    /// <summary>Connects.</summary>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static RedisLink Open(RedisAddress address, Deadline deadline, CancellationToken cancellation)
    {
        var options = address.ToOptions();
        options.AbortOnConnectFail = true;
        options.AsyncTimeout = options.SyncTimeout = AnswerTimeout;
        options.BacklogPolicy = BacklogPolicy.FailFast; // what waits here for a connection would lose its order
        options.ReconnectRetryPolicy = new LinearRetry(200);
        options.ConnectRetry = 1;
        options.ConnectTimeout = (int)Math.Clamp(deadline.Remaining.TotalMilliseconds is < 0 ? 5000 : deadline.Remaining.TotalMilliseconds, 250, 30_000);
        var threads = options.SocketManager = new SocketManager("ZProc engine", Readers, SocketManager.SocketManagerOptions.None); // the library's own would stay
        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            if (!connecting.Wait(deadline.Remaining, cancellation))
            {
                throw CannotConnect(address, $"It did not answer in time. {RedisFaults.CheckAddress}", null);
            }

            return new RedisLink(connecting.Result, threads);
        }
        catch (AggregateException exception)
        {
            throw CannotConnect(address, RedisFaults.WhyNoConnection(exception.InnerException!), exception.InnerException);
        }
        finally
        {
            if (!connecting.IsCompletedSuccessfully)
            {
                _ = connecting.ContinueWith(late => Discard(late, threads), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Runs a script.</summary>
    public Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        _database.ScriptEvaluateAsync(script, keys, arguments, CommandFlags.DemandMaster);

    /// <summary>Runs a command.</summary>
    public Task<RedisResult> ExecuteAsync(string command, params object[] arguments) => _database.ExecuteAsync(command, arguments);

    /// <summary>What tells the connection of the requests from every other one of this engine and of others.</summary>
    public async Task<string> IdentifyAsync()
    {
        var fields = ((string)(await _database.ExecuteAsync("CLIENT", ["INFO"], CommandFlags.DemandMaster).ConfigureAwait(false))!).Split(' ');
        return string.Join(' ', fields.Where(static field => field.StartsWith("id=", StringComparison.Ordinal) || field.Contains("addr=", StringComparison.Ordinal)));
    }

    /// <summary>Reads a hash in parts, while others write it.</summary>
    public IAsyncEnumerable<HashEntry> ScanAsync(RedisKey key) => _database.HashScanAsync(key, pageSize: 1000, flags: CommandFlags.DemandMaster);

    /// <summary>Subscribes to a channel that this process does not listen to. Its messages come in order.</summary>
    public async Task<ChannelMessageQueue> SubscribeAsync(RedisChannel channel)
    {
        var subscriber = _multiplexer.GetSubscriber();
        try
        {
            return await subscriber.SubscribeAsync(channel).ConfigureAwait(false);
        }
        catch
        {
            // The library keeps the queue of an attempt that failed. Nobody would read what comes into it, and it would keep the subscription.
            subscriber.Unsubscribe(channel, handler: null, CommandFlags.FireAndForget);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restored = Failed = null;
        try
        {
            _multiplexer.CloseAsync(allowCommandsToComplete: false).Wait(DisposeBound);
        }
        catch (AggregateException fault)
        {
            // Expected: the engine is away. The library's own threads end with the connections.
            ZProcEventSource.Log.FaultCaught(nameof(RedisLink), fault);
        }

        _multiplexer.Dispose();
        _threads.Dispose();
    }

    private static void Discard(Task<ConnectionMultiplexer> late, SocketManager threads)
    {
        if (late.IsCompletedSuccessfully)
        {
            late.Result.Dispose();
        }

        ZProcEventSource.Log.FaultCaught(nameof(RedisLink), late.Exception?.InnerException ?? new TimeoutException("The engine answered too late."));
        threads.Dispose();
    }

    private static FaultException CannotConnect(RedisAddress address, string why, Exception? cause) =>
        new(Fault.CannotConnect, $"The engine at {address.Endpoint} cannot be used. {why}", address.Endpoint, cause);
}
