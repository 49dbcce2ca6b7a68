using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ZProc.Core.Wire;

/// <summary>
/// A server's address and secret in one text: <c>zproc+ipc://SECRET@PATH</c> for a Unix domain socket, <c>zproc://SECRET@HOST:PORT</c>
/// for TCP. The text gives access to the state, so ZProc never logs or shows one.
/// </summary>
public sealed partial class ConnectionString
{
    private const string Tcp = "zproc";
    private const string Ipc = "zproc+ipc";
    private const string Separator = "://";
    private const string ReadOnlyPrefix = "ro-";
    private const int SecretBytes = 32;
    private const int MinimumSecretLength = 2 * SecretBytes;

    private ConnectionString(ServerAddress address, string secret)
    {
        Address = address;
        Secret = secret;
    }

    /// <summary>Where the server listens.</summary>
    public ServerAddress Address { get; }

    /// <summary>The address in ZeroMQ's form, without the secret.</summary>
    public string Endpoint => Address.Endpoint;

    /// <summary>What the string permits.</summary>
    public AccessLevel Access => Secret.StartsWith(ReadOnlyPrefix, StringComparison.Ordinal) ? AccessLevel.ReadOnly : AccessLevel.Full;

    /// <summary>The secret, used as text and never decoded: every character counts.</summary>
    internal string Secret { get; }

    /// <summary>The whole text, secret included.</summary>
    public string Text => Address is UnixAddress unix
        ? $"{Ipc}{Separator}{Secret}@{unix.Path}"
        : $"{Tcp}{Separator}{Secret}@{Endpoint[TcpAddress.Scheme.Length..]}";

    /// <summary>
    /// The connection string of the same server that permits reading and watching only. Its secret is derived from the full one,
    /// so the server knows both, and the full secret cannot be worked out from it.
    /// </summary>
    public ConnectionString ReadOnly => Access == AccessLevel.ReadOnly ? this : new(
        Address, ReadOnlyPrefix + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "zproc read-only"u8)).ToLowerInvariant());

    /// <summary>Makes a connection string with a new 256-bit secret.</summary>
    public static ConnectionString Create(ServerAddress address) =>
        new(address, Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)).ToLowerInvariant());

    /// <summary>The same secret at another address.</summary>
    public ConnectionString At(ServerAddress address) => new(address, Secret);

    /// <summary>Whether a text looks like a connection string.</summary>
    public static bool IsOne(string text) => Secrets().IsMatch(text);

    /// <summary>The text with every secret in it replaced, so that it can be shown.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Redact(string? text) => text is null ? null : Secrets().Replace(text, "$1…@");

    [GeneratedRegex("(zproc(?:s|\\+ipc)?://)[^@\\s]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();

    /// <summary>Parses a connection string.</summary>
    /// <exception cref="FaultException"><see cref="Fault.CannotConnect"/>: the text is not a connection string.</exception>
    public static ConnectionString Parse(string text)
    {
        var parts = text.Trim().Split(Separator, 2);
        if (parts.Length == 2
            && parts[1].IndexOf('@', StringComparison.Ordinal) is var at && at >= MinimumSecretLength
            && ParseAddress(parts[0], parts[1][(at + 1)..]) is { } address)
        {
            return new ConnectionString(address, parts[1][..at]);
        }

        throw new FaultException(
            Fault.CannotConnect,
            "That is not a ZProc connection string. Take it whole from the ConnectionString property of the context to join; it looks like zproc+ipc://SECRET@PATH or zproc://SECRET@HOST:PORT.");
    }

    /// <summary>The address, without the secret: only <see cref="Text"/> has that.</summary>
    public override string ToString() => Endpoint;

    private static ServerAddress? ParseAddress(string scheme, string address) => scheme switch
    {
        Ipc when Path.IsPathFullyQualified(address) => new UnixAddress(address),
        Tcp when Uri.TryCreate(TcpAddress.Scheme + address, UriKind.Absolute, out var uri) && uri.Port > 0 && uri.AbsolutePath is "/" or "" =>
            new TcpAddress(uri.DnsSafeHost, uri.Port),
        _ => null,
    };
}
