using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>A request that the engine carries out in its place among those of the client, once. Guarded by the gate of the <see cref="RequestChannel"/>.</summary>
internal sealed class NumberedRequest
{
    private static readonly RedisValue NoRevision = RedisFormat.Revision(-1);

    private readonly TaskCompletionSource<RedisReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NumberedRequest(long number, string script, RedisKey[] keys, RedisValue[] arguments)
    {
        Number = number;
        Script = script;
        Keys = keys;
        Arguments = arguments;
    }

    /// <summary>Its place; the first request of a client is number 1.</summary>
    public long Number { get; }

    /// <summary>The script.</summary>
    public string Script { get; private set; }

    /// <summary>The script's keys.</summary>
    public RedisKey[] Keys { get; }

    /// <summary>The script's arguments. The first three are the client, the number, and how far the client has every outcome.</summary>
    public RedisValue[] Arguments { get; private set; }

    /// <summary>The places of the arguments that are revisions of entries from which the request was worked out.</summary>
    public IReadOnlyList<int> Expectations { get; private set; } = [];

    /// <summary>Whether the request is a commit.</summary>
    public bool IsCommit { get; private init; }

    /// <summary>Whether it was sent, and neither an answer has come nor a loss of the connection.</summary>
    public bool IsUnderway { get; set; }

    /// <summary>Whether the engine may have carried it out without an answer.</summary>
    public bool MayBeMade { get; set; }

    /// <summary>Why it is not to be sent again; null while it is.</summary>
    public FaultException? Withdrawn { get; private set; }

    /// <summary>The connection that the request was sent on last; null when the channel does not ask for it.</summary>
    public Task<string>? Connection { get; set; }

    /// <summary>Ends with the outcome.</summary>
    public Task<RedisReply> Reply => _reply.Task;

    /// <summary>A commit.</summary>
    public static NumberedRequest Commit(long number, string script, RedisKey[] keys, CommitArguments arguments) =>
        new(number, script, keys, arguments.Values) { IsCommit = true, Expectations = arguments.Expectations };

    /// <summary>Has nothing sent again but what takes the request's place.</summary>
    /// <param name="reason">The request's error where the engine has not carried it out.</param>
    public void Withdraw(FaultException reason)
    {
        Withdrawn = reason;
        Script = RedisScript.Nothing;
        Arguments = Arguments[..3];
        Expectations = [];
    }

    /// <summary>
    /// Has the request refused, with the entries as they are, where the engine has not carried it out: after a fail-over another update may
    /// have the revision of the one that the request was worked out from.
    /// </summary>
    public void Doubt()
    {
        foreach (var place in Expectations)
        {
            Arguments[place] = NoRevision;
        }
    }

    /// <summary>Tells the outcome.</summary>
    public void Complete(in RedisReply reply) => _reply.TrySetResult(reply);

    /// <summary>Tells why there is no outcome.</summary>
    public void Fail(FaultException fault) => _reply.TrySetException(fault);
}
