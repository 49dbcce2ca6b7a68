namespace ZProc.Benchmarks.Callers;

/// <summary>One client with a connection of its own. One thread uses it.</summary>
internal abstract class Caller : IDisposable
{
    /// <summary>Makes one round trip.</summary>
    public abstract void Call();

    public abstract void Dispose();

    /// <summary>Connects.</summary>
    /// <param name="what">What a call is.</param>
    /// <param name="address">The server's address, in the form of its kind.</param>
    public static Caller Open(string what, string address) => what switch
    {
        "socket-echo" => new SocketCaller(address),
        "zeromq-echo" => new ZeroMqCaller(address),
        "redis-set" => new RedisCaller(address, "SET", "key", "0123456789"),
        "redis-increment" => new RedisCaller(address, "INCR", "count"),
        "redis-get" => new RedisCaller(address, "GET", "key"),
        "library-set" => new LibraryCaller(address),
        "sqlite-write" => new SqliteCaller(address),
        "write" => new StateCaller(address, operations => operations.Write),
        "increment" => new StateCaller(address, operations => operations.Increment),
        "turn" => new StateCaller(address, operations => operations.TakeTurn),
        "read" => new StateCaller(address, operations => operations.ReadFresh),
        _ => throw new InvalidOperationException($"The call '{what}' is unknown."),
    };
}
