using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace ZProc.Core.Engines.Redis;

/// <summary>What the failures of the engine mean.</summary>
internal static class RedisFaults
{
    /// <summary>What to look at when an engine does not answer.</summary>
    public const string CheckAddress = "Check host and port, that the engine runs, and whether it expects TLS there (rediss://) or not (redis://).";

    // The engine starts, fails over, or is busy with a script. The request was not carried out.
    private static readonly string[] Passing = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "NOREPLICAS", "NOSCRIPT", "UNBLOCKED"];

    /// <summary>Whether the same request may succeed on another connection, or later.</summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        RedisConnectionException or RedisTimeoutException or IOException or SocketException or OperationCanceledException => true,

        // What the library's own pipes throw when a connection ends while a request is written.
        InvalidOperationException => true,
        RedisServerException server => Passing.Any(word => WithoutPrefix(server.Message).StartsWith(word, StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>Whether the engine certainly did not carry the request out: it said so, or there was no connection to send it on.</summary>
    public static bool IsUnmade(Exception exception) => exception is
        RedisServerException or RedisConnectionException { CommandStatus: CommandStatus.WaitingToBeSent }
        or RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection };

    /// <summary>Whether the engine refuses writes because its memory or its disk is full. It serves the rest, and may recover.</summary>
    public static bool IsShortage(Exception exception) => exception is RedisServerException && Describe(exception).Fault is Fault.LimitReached or Fault.DiskFailed;

    /// <summary>The error of a request that the engine refused.</summary>
    public static FaultException Describe(Exception exception) => exception switch
    {
        FaultException fault => fault,
        RedisServerException server => Describe(WithoutPrefix(server.Message), server),
        _ => FaultException.Unexpected(exception),
    };

    /// <summary>Why there is no connection, and what to do about it.</summary>
    public static string WhyNoConnection(Exception exception)
    {
        var causes = new List<Exception>();
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            causes.Add(cause);
        }

        // The library calls both an authentication failure.
        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
        {
            return $"TLS failed: {tls.Message.TrimEnd('.')}. Check that this machine trusts the certificate and that it names the host, or use redis:// for an engine without TLS.";
        }

        if (causes.Exists(static cause => cause.Message.StartsWith("Sentinel:", StringComparison.Ordinal)))
        {
            return "Its sentinels told of no primary for the service of the address. Check the service's name, and that the hosts are sentinels.";
        }

        return causes.Exists(static cause => cause is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } || IsAboutPassword(cause.Message))
            ? "It demands a user name or a password, and refused what the address has."
            : $"Nothing answered there in the Redis protocol. {CheckAddress}";
    }

    private static bool IsAboutPassword(string message) =>
        message.Contains("WRONGPASS", StringComparison.Ordinal) || message.Contains("NOAUTH", StringComparison.Ordinal);

    private static FaultException Describe(string message, RedisServerException cause) => message.Split(' ')[0] switch
    {
        "NOPERM" => new FaultException(
            Fault.NotPermitted, $"The engine's user may not do this: {message} Give the user the commands and the keys of docs/engines.md.", null, cause),
        "OOM" => new FaultException(
            Fault.LimitReached, "The engine has no memory left; nothing was changed. Remove what is not needed, or raise maxmemory.", null, cause),
        "MISCONF" => new FaultException(
            Fault.DiskFailed, $"The engine cannot write to its disk and takes no writes; nothing was changed. {message}", null, cause),
        _ => new FaultException(Fault.ServerError, $"The engine refused the request: {message}", null, cause),
    };

    /// <summary>The message as Redis has it: Garnet puts a word in front.</summary>
    private static string WithoutPrefix(string message) => message.StartsWith("ERR ", StringComparison.Ordinal) ? message[4..] : message;
}
