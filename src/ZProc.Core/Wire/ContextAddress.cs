using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ZProc.Core.Engines.Redis;

namespace ZProc.Core.Wire;

/// <summary>
/// Where a state is kept, and what gives access to it, in one text. A <see cref="ConnectionString"/> leads to a server of ZProc, a
/// <see cref="RedisAddress"/> to an engine that speaks the Redis protocol. The text gives access to the state, so ZProc never logs or
/// shows one.
/// </summary>
public abstract partial class ContextAddress
{
    private protected ContextAddress()
    {
    }

    /// <summary>Where the state is, without the secret. This is what ZProc shows.</summary>
    public abstract string Endpoint { get; }

    /// <summary>The whole text, secret included.</summary>
    public abstract string Text { get; }

    /// <summary>A short part of the address, from which contexts get their default names.</summary>
    public abstract string ShortName { get; }

    /// <summary>What the address permits.</summary>
    public abstract AccessLevel Access { get; }

    /// <summary>The address of the same state that permits reading and watching only; null for an engine that has no such form.</summary>
    public abstract ContextAddress? ReadOnly { get; }

    /// <summary>Parses the address of a state, of any kind.</summary>
    /// <exception cref="FaultException"><see cref="Fault.CannotConnect"/>: the text is not an address.</exception>
    public static ContextAddress Parse(string text) =>
        Redis().IsMatch(text) ? RedisAddress.Parse(text) : ConnectionString.Parse(text);

    /// <summary>Whether a text looks like an address.</summary>
    public static bool IsOne(string text) => ZProcSecrets().IsMatch(text) || Redis().IsMatch(text);

    /// <summary>
    /// The text with every secret in it replaced, so that it can be shown. Of an engine's address that is the password. The user name
    /// stays.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Redact(string? text) =>
        text is null ? null : RedisSecrets().Replace(ZProcSecrets().Replace(text, "$1…@"), "$1…@");

    /// <summary>The address, without the secret: only <see cref="Text"/> has that.</summary>
    public sealed override string ToString() => Endpoint;

    [GeneratedRegex("^\\s*rediss?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Redis();

    [GeneratedRegex("(zproc(?:s|\\+ipc)?://)[^@\\s]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ZProcSecrets();

    // Up to the last @, because users write a password as it is, also one with an @. Some tools of Redis take a user name without a
    // password for the password.
    [GeneratedRegex("(rediss?://(?:[^:@/\\s]*:)?)\\S*@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RedisSecrets();
}
