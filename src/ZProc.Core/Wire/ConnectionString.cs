using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ZProc.Core.Wire;

/// <summary>
/// A server's address and secret in one text: <c>zproc://SECRET@HOST:PORT</c>, or <c>zprocs://…</c> for an encrypted connection.
/// The text gives full access to the state, so ZProc never logs or shows one.
/// </summary>
public sealed partial class ConnectionString
{
    private const string Plain = "zproc";
    private const string Encrypted = "zprocs";
    private const string Separator = "://";
    private const int SecretBytes = 32;
    private const int MinimumSecretLength = 2 * SecretBytes;

    private ConnectionString(string host, int port, string secret, bool isEncrypted)
    {
        Host = host;
        Port = port;
        Secret = secret;
        IsEncrypted = isEncrypted;
    }

    /// <summary>The server's host name or address.</summary>
    public string Host { get; }

    /// <summary>Its TCP port.</summary>
    public int Port { get; }

    /// <summary>The endpoint in ZeroMQ's form, without the secret.</summary>
    public string Endpoint => $"tcp://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>The secret, used as text and never decoded: every character counts.</summary>
    internal string Secret { get; }

    /// <summary>Whether the connection is encrypted. The server decides when it makes the text.</summary>
    public bool IsEncrypted { get; }

    /// <summary>The whole text, secret included.</summary>
    public string Text => $"{(IsEncrypted ? Encrypted : Plain)}{Separator}{Secret}@{Endpoint["tcp://".Length..]}";

    /// <summary>Makes a connection string with a new 256-bit secret; an encrypted one unless the host is this machine's loopback interface.</summary>
    public static ConnectionString Create(string host, int port) => new(
        host, port, Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)).ToLowerInvariant(), !IsLoopback(host));

    /// <summary>The same connection string with another port.</summary>
    public ConnectionString WithPort(int port) => new(Host, port, Secret, IsEncrypted);

    /// <summary>Whether a text looks like a connection string.</summary>
    public static bool IsOne(string text) => Secrets().IsMatch(text);

    /// <summary>The text with every secret in it replaced, so that it can be shown.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Redact(string? text) => text is null ? null : Secrets().Replace(text, "$1…@");

    [GeneratedRegex("(zprocs?://)[^@\\s]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();

    /// <summary>Parses a connection string.</summary>
    /// <exception cref="FaultException"><see cref="Fault.CannotConnect"/>: the text is not a connection string.</exception>
    public static ConnectionString Parse(string text)
    {
        var parts = text.Trim().Split(Separator, 2);
        var isEncrypted = parts[0] == Encrypted;
        if (parts.Length == 2
            && (isEncrypted || parts[0] == Plain)
            && parts[1].IndexOf('@', StringComparison.Ordinal) is var at && at >= MinimumSecretLength
            && Uri.TryCreate("tcp://" + parts[1][(at + 1)..], UriKind.Absolute, out var uri)
            && uri.Port > 0 && uri.AbsolutePath is "/" or "")
        {
            return new ConnectionString(uri.DnsSafeHost, uri.Port, parts[1][..at], isEncrypted);
        }

        throw new FaultException(
            Fault.CannotConnect,
            "That is not a ZProc connection string. Take it whole from the ConnectionString property of the context to join; it looks like zproc://SECRET@HOST:PORT.");
    }

    /// <summary>The endpoint, without the secret: only <see cref="Text"/> has that.</summary>
    public override string ToString() => Endpoint;

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
