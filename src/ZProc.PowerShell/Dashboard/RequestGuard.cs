using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ZProc.Dashboard;

/// <summary>
/// Decides which requests a dashboard serves. The token keeps other programs and users out, the check of the host keeps out pages
/// whose own name leads to this machine, and the check of the origin keeps out what other pages send.
/// </summary>
internal sealed class RequestGuard
{
    private readonly byte[] _token;
    private readonly string[] _hosts;

    /// <param name="token">The token.</param>
    /// <param name="port">The port.</param>
    public RequestGuard(string token, int port)
    {
        _token = Encoding.UTF8.GetBytes(token);
        _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];
    }

    /// <summary>Whether a request may be served.</summary>
    public bool Permits(HttpListenerRequest request) =>
        request.IsLocal && HasHost(request) && HasOrigin(request) && HasToken(request);

    private bool HasHost(HttpListenerRequest request) => _hosts.Contains(request.UserHostName, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the page that sends the request is the dashboard. A browser names no origin where it only reads from its own page.</summary>
    private static bool HasOrigin(HttpListenerRequest request) => request.Headers["Origin"] is { } origin
        ? string.Equals(origin, $"http://{request.UserHostName}", StringComparison.OrdinalIgnoreCase)
        : request.HttpMethod == "GET";

    private bool HasToken(HttpListenerRequest request) =>
        request.Url is { Segments: [_, var token, ..] } && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token.TrimEnd('/')), _token);
}
