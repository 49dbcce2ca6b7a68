using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>The arguments of a commit's script.</summary>
/// <param name="Values">The arguments.</param>
/// <param name="Expectations">The places of the revisions that entries must have because the commit was worked out from them.</param>
internal sealed record CommitArguments(RedisValue[] Values, int[] Expectations);
