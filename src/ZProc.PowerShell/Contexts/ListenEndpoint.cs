using System.Runtime.InteropServices;
using ZProc.Core;

namespace ZProc.Contexts;

/// <summary>Where a server listens.</summary>
/// <param name="Host">The host's name or address.</param>
/// <param name="Port">The port; null for any free one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ListenEndpoint(string Host, int? Port)
{
    /// <summary>Reads <c>tcp://HOST:PORT</c>; null is a free port of this machine.</summary>
    /// <exception cref="FaultException">InvalidArgument: the text is not an endpoint.</exception>
    public static ListenEndpoint Parse(string? endpoint)
    {
        if (endpoint is null)
        {
            return new ListenEndpoint("127.0.0.1", null);
        }

        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme == "tcp" && uri.Host.Length > 0
            ? new ListenEndpoint(uri.DnsSafeHost, uri.Port > 0 ? uri.Port : null)
            : throw new FaultException(Fault.InvalidArgument, $"'{endpoint}' is not an endpoint. Write tcp://HOST:PORT, such as tcp://127.0.0.1:5555.", endpoint);
    }
}
