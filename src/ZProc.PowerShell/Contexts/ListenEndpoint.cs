using ZProc.Core;
using ZProc.Core.Wire;

namespace ZProc.Contexts;

/// <summary>Reads where a server shall listen.</summary>
internal static class ListenEndpoint
{
    /// <summary>Reads <c>ipc://PATH</c> or <c>tcp://HOST:PORT</c>; null is a private socket of this machine.</summary>
    /// <exception cref="FaultException">InvalidArgument: the text is not an endpoint.</exception>
    public static ServerAddress? Parse(string? endpoint)
    {
        if (endpoint is null)
        {
            return null;
        }

        if (endpoint.StartsWith("ipc://", StringComparison.OrdinalIgnoreCase) && Path.IsPathFullyQualified(endpoint[6..]))
        {
            return new UnixAddress(endpoint[6..]);
        }

        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == "tcp" && uri.Host.Length > 0
            ? new TcpAddress(uri.DnsSafeHost, Math.Max(0, uri.Port))
            : throw new FaultException(
                Fault.InvalidArgument, $"'{endpoint}' is not an endpoint. Write tcp://HOST:PORT, such as tcp://127.0.0.1:5555, or ipc:// and the full path of a socket.", endpoint);
    }
}
