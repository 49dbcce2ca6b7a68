using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The names of a context's keys and channels. All have one hash tag, so a cluster keeps a context on one of its servers, and one
/// script may use all of it.
/// </summary>
internal sealed class RedisKeys
{
    private readonly string _prefix;
    private readonly RedisKey[] _own;

    /// <param name="context">The context's name on the engine.</param>
    /// <param name="client">The client's id.</param>
    public RedisKeys(string context, Guid client)
    {
        _prefix = $"{{zproc:{context}}}:";
        Client = Text(client);
        _own = Own(Client);
    }

    /// <summary>The client's id as the scripts have it.</summary>
    public string Client { get; }

    /// <summary>The channel on which this client learns that it has a turn.</summary>
    public RedisChannel Grants => RedisChannel.Literal($"{_prefix}to:{Client}");

    /// <summary>The keys of a script about no one namespace.</summary>
    public RedisKey[] State => _own;

    /// <summary>An id as the scripts have it.</summary>
    public static string Text(Guid id) => id.ToString("N");

    /// <summary>The keys of a script about one namespace.</summary>
    public RedisKey[] Of(string ns) => [.. _own, $"{_prefix}v:{ns}", $"{_prefix}l:{ns}", $"{_prefix}g:{ns}"];

    /// <summary>The keys of a script about the revisions of namespaces, also of removed ones.</summary>
    public RedisKey[] Revisions(IEnumerable<string> names) => [.. _own, .. names.Select(name => (RedisKey)$"{_prefix}g:{name}")];

    /// <summary>The keys of a script about another client.</summary>
    public RedisKey[] OfClient(string client) => Own(client);

    /// <summary>The channel of a namespace's updates.</summary>
    public RedisChannel Updates(string ns) => RedisChannel.Literal($"{_prefix}u:{ns}");

    private RedisKey[] Own(string client) =>
    [
        _prefix + "meta", _prefix + "spaces", _prefix + "turns", _prefix + "queues", _prefix + "alive", _prefix + "dying", $"{_prefix}o:{client}",
    ];
}
