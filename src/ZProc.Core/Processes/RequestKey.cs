using System.Globalization;

namespace ZProc.Core.Processes;

/// <summary>The keys of requests between sessions: the session that is asked, the session that asks, and the request.</summary>
public static class RequestKey
{
    /// <summary>The key of a new request.</summary>
    /// <param name="asked">The client id of the session that is asked.</param>
    /// <param name="asking">The client id of the session that asks.</param>
    public static string New(Guid asked, Guid asking) => $"{PrefixOf(asked)}{PrefixOf(asking)}{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)}";

    /// <summary>The beginning of the keys of all requests to a session.</summary>
    /// <param name="asked">The session's client id.</param>
    public static string PrefixOf(Guid asked) => ProcessRecord.KeyOf(asked) + "/";

    /// <summary>Whether a request is from a session or to it.</summary>
    /// <param name="key">The key of the request.</param>
    /// <param name="session">The session's client id.</param>
    public static bool Concerns(string key, Guid session) =>
        PrefixOf(session) is var part && (key.StartsWith(part, StringComparison.Ordinal) || key.Contains("/" + part, StringComparison.Ordinal));
}
