using System.Globalization;
using System.Net;
using StackExchange.Redis;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// A context on an engine that speaks the Redis protocol: <c>redis://USER:PASSWORD@HOST:PORT/CONTEXT</c>, or <c>rediss://</c> with TLS.
/// Further hosts follow a comma. Options: <c>?sentinel=SERVICE</c>, <c>?replicas=N</c>, <c>?garnet=transactional</c>, <c>?tls=off</c>.
/// </summary>
public sealed class RedisAddress : ContextAddress
{
    private const int DefaultPort = 6379;
    private const int DefaultSentinelPort = 26379;
    private const int SecondsBetweenChecks = 2;
    private const string Plain = "redis://";
    private const string Secure = "rediss://";

    private readonly IReadOnlyList<(string Host, int Port)> _hosts;
    private readonly bool _isSecure;
    private readonly string? _user;
    private readonly string? _password;
    private readonly string? _sentinel;

    private RedisAddress(string text)
    {
        Text = text.Trim();
        _isSecure = Text.StartsWith(Secure, StringComparison.OrdinalIgnoreCase);
        var rest = Text[(_isSecure ? Secure : Plain).Length..];
        var options = ParseOptions(ref rest);
        _sentinel = options.GetValueOrDefault("sentinel");
        Replicas = int.Parse(options.GetValueOrDefault("replicas", "0"), NumberStyles.None, CultureInfo.InvariantCulture);
        VouchesForGarnet = options.GetValueOrDefault("garnet") == "transactional";

        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var credentials = rest[..at].Split(':', 2);
            _user = credentials is [{ Length: > 0 } user, _] ? Uri.UnescapeDataString(user) : null;
            _password = Uri.UnescapeDataString(credentials[^1]);
            rest = rest[(at + 1)..];
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        Context = slash < 0 || slash == rest.Length - 1 ? "zproc" : Uri.UnescapeDataString(rest[(slash + 1)..]);
        if (Context.AsSpan().ContainsAny('{', '}', '/'))
        {
            throw Refuse("A context's name has none of the characters { } and /.");
        }

        KeyName.Check(Context, "context");
        _hosts = [.. (slash < 0 ? rest : rest[..slash]).Split(',').Select(host => ParseHost(host, _sentinel is null ? DefaultPort : DefaultSentinelPort))];
        if (!_isSecure && options.GetValueOrDefault("tls") != "off" && _hosts.FirstOrDefault(static host => !IsLoopback(host.Host)) is { Host: { } open })
        {
            throw Refuse(
                $"The way to '{open}' leaves this machine, and redis:// sends the password and the state as they are. Use rediss://; or add ?tls=off where the network itself is trusted.");
        }
    }

    /// <summary>The context's name on the engine.</summary>
    public string Context { get; }

    /// <summary>How many replicas must have a commit before it returns; 0 to wait for none.</summary>
    public int Replicas { get; }

    /// <summary>Whether the user says that a Garnet server runs scripts as transactions.</summary>
    public bool VouchesForGarnet { get; }

    /// <summary>The limits of the context where this address makes it.</summary>
    public StoreOptions Limits { get; init; } = new() { MaximumValueBytes = 8 * 1024 * 1024 };

    /// <inheritdoc/>
    public override string Text { get; }

    /// <inheritdoc/>
    public override string Endpoint => $"{(_isSecure ? Secure : Plain)}{string.Join(',', _hosts.Select(static host => host.Host.Contains(':', StringComparison.Ordinal) ? $"[{host.Host}]:{host.Port}" : $"{host.Host}:{host.Port}"))}/{Context}";

    /// <inheritdoc/>
    public override string ShortName => $"-{Context}";

    /// <inheritdoc/>
    public override AccessLevel Access => AccessLevel.Full;

    /// <summary>Null: what a user of the engine may do, the engine's own access lists say.</summary>
    public override ContextAddress? ReadOnly => null;

    /// <summary>Parses an address.</summary>
    /// <exception cref="FaultException">CannotConnect: the text is no such address, and why.</exception>
    public static new RedisAddress Parse(string text) => new(text);

    /// <summary>The same address, with the limits of the context where this address makes it.</summary>
    public RedisAddress With(StoreOptions limits) => new(Text) { Limits = limits };

    /// <summary>The options of the client library.</summary>
    internal ConfigurationOptions ToOptions()
    {
        var options = new ConfigurationOptions
        {
            Ssl = _isSecure,
            User = _user,
            Password = _password,
            ServiceName = _sentinel,
            ClientName = "ZProc",
            Protocol = RedisProtocol.Resp2, // Garnet loses a connection whose script publishes to its own subscription
            ConfigurationChannel = string.Empty,
        };
        if (_hosts.Count > 1)
        {
            options.ConfigCheckSeconds = SecondsBetweenChecks; // which host is the primary now
        }

        foreach (var (host, port) in _hosts)
        {
            options.EndPoints.Add(host, port);
        }

        return options;
    }

    private static Dictionary<string, string> ParseOptions(ref string rest)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var mark = rest.LastIndexOf('?');
        if (mark < 0 || rest.IndexOf('@', mark) >= 0)
        {
            return options;
        }

        foreach (var option in rest[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            if (pair is not (["sentinel", { Length: > 0 }] or ["replicas", [>= '1' and <= '9']] or ["garnet", "transactional"] or ["tls", "off"]))
            {
                throw Refuse($"'{option}' is no option of it. There are sentinel=SERVICE, replicas=1 to 9, garnet=transactional and tls=off.");
            }

            options[pair[0]] = Uri.UnescapeDataString(pair[1]);
        }

        rest = rest[..mark];
        return options;
    }

    private static (string Host, int Port) ParseHost(string text, int port)
    {
        if (!Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath is not ("/" or ""))
        {
            throw Refuse($"'{text}' is no host.");
        }

        return (uri.DnsSafeHost, uri.Port > 0 ? uri.Port : port);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static FaultException Refuse(string why) => new(
        Fault.CannotConnect, $"That is not the address of a context on an engine. {why} An address looks like redis://USER:PASSWORD@HOST:6379/CONTEXT.");
}
