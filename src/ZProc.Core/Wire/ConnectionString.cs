using System.Net;
using System.Security.Cryptography;

namespace ZProc.Core.Wire;

/// <summary>
/// Where a server listens and the secret that opens it, as one text: <c>zproc://SECRET@HOST:PORT</c>.
/// Whoever has it has the state; it is never logged or shown.
/// </summary>
public sealed class ConnectionString
{
    private const string Scheme = "zproc://";
    private const int SecretBytes = 32;
    private const int MinimumSecretLength = 2 * SecretBytes;

    private ConnectionString(string host, int port, string secret)
    {
        Host = host;
        Port = port;
        Secret = secret;
    }

    /// <summary>The server's host name or address.</summary>
    public string Host { get; }

    /// <summary>Its TCP port.</summary>
    public int Port { get; }

    /// <summary>The endpoint in ZeroMQ's form, without the secret.</summary>
    public string Endpoint => $"tcp://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    /// <summary>The secret. Every character counts: it is used as text and never decoded.</summary>
    internal string Secret { get; }

    /// <summary>Whether it stays on this machine.</summary>
    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Makes one with a fresh 256-bit secret.</summary>
    public static ConnectionString Create(string host, int port) =>
        new(host, port, Convert.ToHexString(RandomNumberGenerator.GetBytes(SecretBytes)).ToLowerInvariant());

    /// <summary>The same with another port.</summary>
    public ConnectionString WithPort(int port) => new(Host, port, Secret);

    /// <summary>Reads one.</summary>
    /// <exception cref="FaultException"><see cref="Fault.CannotConnect"/>: the text is not a connection string.</exception>
    public static ConnectionString Parse(string text)
    {
        if (text.Trim() is var trimmed
            && trimmed.StartsWith(Scheme, StringComparison.Ordinal)
            && trimmed.IndexOf('@', StringComparison.Ordinal) is var at and > 0
            && at - Scheme.Length >= MinimumSecretLength
            && Uri.TryCreate("tcp://" + trimmed[(at + 1)..], UriKind.Absolute, out var uri)
            && uri.Port > 0 && uri.AbsolutePath is "/" or "")
        {
            return new ConnectionString(uri.DnsSafeHost, uri.Port, trimmed[Scheme.Length..at]);
        }

        throw new FaultException(
            Fault.CannotConnect,
            "That is not a ZProc connection string. Take it whole from the ConnectionString property of the context to join; it looks like zproc://SECRET@HOST:PORT.");
    }

    /// <summary>The whole text, secret included.</summary>
    public override string ToString() => $"{Scheme}{Secret}@{Endpoint["tcp://".Length..]}";
}
