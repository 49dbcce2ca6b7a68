using System.Globalization;
using ZProc.Benchmarks.Peers;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Scale;

/// <summary>The caller's side of a <see cref="RemoteGroup"/>.</summary>
internal sealed class RemoteGroupProcess : IDisposable
{
    private readonly PeerProcess _process = new(RemoteGroup.Role);

    public RemoteGroupProcess(ConnectionString address) => _process.Begin(address.Text);

    /// <summary>Sends a request, and returns at once.</summary>
    public void Begin(string request) => _process.Begin(request);

    /// <summary>Waits for the answer to the request.</summary>
    public double[] End() => _process.End() is { Length: > 0 } line
        ? [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
        : [];

    /// <summary>Sends a request, and waits for its figures.</summary>
    public double[] Figures(string request)
    {
        Begin(request);
        return End();
    }

    /// <summary>Sends a request, and waits for its one figure.</summary>
    public double Figure(string request) => Figures(request)[0];

    public void Dispose() => _process.Dispose();
}
