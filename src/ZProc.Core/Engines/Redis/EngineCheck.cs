using System.Globalization;
using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>Checks, before a client joins, that an engine keeps what it is given and runs scripts whole.</summary>
internal static class EngineCheck
{
    private const int LeastVersion = 7;

    /// <summary>Checks an engine.</summary>
    /// <exception cref="FaultException">CannotConnect, with what the operator has to change.</exception>
    public static async Task RunAsync(RedisLink link, RedisAddress address)
    {
        string information;
        try
        {
            information = (string?)await link.ExecuteAsync("INFO").ConfigureAwait(false) ?? string.Empty;
        }
        catch (RedisServerException exception) when (RedisFaults.Describe(exception).Fault == Fault.NotPermitted)
        {
            throw Refuse(address, "Its user may not run INFO, which tells whether the engine is fit. Permit INFO, or see docs/engines.md for all commands.");
        }

        if (Find(information, "garnet_version") is not null)
        {
            if (!address.VouchesForGarnet)
            {
                throw Refuse(
                    address,
                    "It is Garnet, which runs scripts whole only with --lua-transaction-mode, and does not tell whether it was started so. Start it with --lua --lua-transaction-mode and add ?garnet=transactional to the address.");
            }

            return;
        }

        if (Find(information, "redis_version") is { } version && int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major < LeastVersion)
        {
            throw Refuse(address, $"It is Redis {version}; ZProc needs {LeastVersion}.0 or later, or Valkey.");
        }

        if (Find(information, "maxmemory_policy") is { } policy && policy != "noeviction")
        {
            throw Refuse(address, $"Its maxmemory-policy is {policy}, which drops state when memory is short. Set it to noeviction: CONFIG SET maxmemory-policy noeviction.");
        }
    }

    private static string? Find(string information, string field) => information
        .Split('\n')
        .FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal))?[(field.Length + 1)..]
        .Trim();

    private static FaultException Refuse(RedisAddress address, string why) =>
        new(Fault.CannotConnect, $"The engine at {address.Endpoint} cannot be used. {why}", address.Endpoint);
}
