using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace ZProc.Benchmarks.Callers;

/// <summary>A client of Redis over the library that ZProc uses.</summary>
internal sealed class LibraryCaller : Caller
{
    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;

    /// <param name="address">The port.</param>
    public LibraryCaller(string address)
    {
        var options = new ConfigurationOptions { Protocol = RedisProtocol.Resp2 };
        options.EndPoints.Add(IPAddress.Loopback, int.Parse(address, CultureInfo.InvariantCulture));
        _connection = ConnectionMultiplexer.Connect(options);
        _database = _connection.GetDatabase();
    }

    public override void Call() => _database.StringSetAsync("key", "0123456789").GetAwaiter().GetResult();

    public override void Dispose() => _connection.Dispose();
}
