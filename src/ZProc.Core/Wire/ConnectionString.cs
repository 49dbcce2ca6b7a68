using System.Security.Cryptography;
using System.Text;

namespace ZProc.Core.Wire;

/// <summary>
/// A server's address and secret in one text: <c>zproc+ipc://SECRET@PATH</c> for a Unix domain socket, <c>zproc://SECRET@HOST:PORT</c>
/// for TCP.
/// </summary>
public sealed class ConnectionString : ContextAddress
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
    public override string Endpoint => Address.Endpoint;

    /// <inheritdoc/>
    public override string ShortName => Address.ShortName;

    /// <inheritdoc/>
    public override AccessLevel Access => Secret.StartsWith(ReadOnlyPrefix, StringComparison.Ordinal) ? AccessLevel.ReadOnly : AccessLevel.Full;

    /// <summary>The secret, used as text and never decoded: every character counts.</summary>
    internal string Secret { get; }

    /// <inheritdoc/>
    public override string Text => Address is UnixAddress unix
        ? $"{Ipc}{Separator}{Secret}@{unix.Path}"
        : $"{Tcp}{Separator}{Secret}@{Endpoint[TcpAddress.Scheme.Length..]}";

    /// <summary>
    /// The connection string of the same server that permits reading and watching only. Its secret is derived from the full one,
    /// so the server knows both, and the full secret cannot be worked out from it.
    /// </summary>
    public override ConnectionString ReadOnly => Access == AccessLevel.ReadOnly ? this : new(
        Address, ReadOnlyPrefix + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "zproc read-only"u8)).ToLowerInvariant());

    /// <summary>Makes a connection string with a new 256-bit secret.</summary>
    public static ConnectionString Create(ServerAddress address) =>
        new(address, Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)).ToLowerInvariant());

    /// <summary>The same secret at another address.</summary>
    public ConnectionString At(ServerAddress address) => new(address, Secret);

    /// <summary>Parses a connection string.</summary>
    /// <exception cref="FaultException"><see cref="Fault.CannotConnect"/>: the text is not a connection string.</exception>
    public static new ConnectionString Parse(string text)
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

    private static ServerAddress? ParseAddress(string scheme, string address) => scheme switch
    {
        Ipc when Path.IsPathFullyQualified(address) => new UnixAddress(address),
        Tcp when Uri.TryCreate(TcpAddress.Scheme + address, UriKind.Absolute, out var uri) && uri.Port > 0 && uri.AbsolutePath is "/" or "" =>
            new TcpAddress(uri.DnsSafeHost, uri.Port),
        _ => null,
    };
}
