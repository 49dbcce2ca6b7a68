using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace ZProc.Core.Tests.Engines;

/// <summary>Garnet in a process of its own, with its state in memory. The process ends with its standard input.</summary>
internal sealed class GarnetServer : EngineServer
{
    private static readonly string Program =
        typeof(GarnetServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == "Garnet").Value!;

    public GarnetServer() => StartAnywhere();

    // Clients cannot see that scripts are transactions there, so the address says it.
    protected override string AddressOptions => "?garnet=transactional";

    protected override ProcessStartInfo StartInfo(int port) => new(
        OperatingSystem.IsWindows() ? $"{Program}.exe" : Program,
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--lua", "--lua-transaction-mode",
            "--device-type", "RandomAccess", "--memory", "1g", "--index", "16m",
        ]);
}
