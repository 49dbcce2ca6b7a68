using System.Diagnostics;
using System.Globalization;
using ZProc.Core.Processes;
using ZProc.Core.Tests.Durable;
using ZProc.Core.Tests.Faults;

namespace ZProc.Core.Tests.Engines;

/// <summary>The machine's <c>redis-server</c>, with a folder of its own.</summary>
internal sealed class RedisServer : EngineServer
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _persistence;
    private readonly string _synchronization;
    private readonly string[] _replication;

    /// <param name="persistent">Whether the state is on disk, so that it is there after <see cref="Restart"/>.</param>
    /// <param name="primary">The server that this one is a replica of; null for none.</param>
    /// <param name="answersFromDisk">
    /// Whether an answer waits until its write is on the disk. Without that, a server that is killed loses up to two seconds of answered
    /// writes while its disk is slow.
    /// </param>
    public RedisServer(bool persistent = true, RedisServer? primary = null, bool answersFromDisk = false)
    {
        _synchronization = answersFromDisk ? "always" : "everysec";
        _persistence = persistent ? "yes" : "no";
        _replication = primary is null
            ? ["--repl-diskless-sync-delay", "0"]
            : ["--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture)];
        StartAnywhere();
    }

    protected override string AddressOptions => "";

    /// <summary>Starts the server again after <see cref="EngineServer.Kill"/>, at the same port and with the same folder.</summary>
    public void Restart() => StartAt(Port);

    /// <summary>Suspends the process.</summary>
    public void Stop() => Assert.Equal(0, Libc.Kill(ProcessId, Signals.Stop));

    /// <summary>Lets the process go on.</summary>
    public void Continue() => Assert.Equal(0, Libc.Kill(ProcessId, Signals.Continue));

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override ProcessStartInfo StartInfo(int port) => RedisProgram.StartInfo([
        "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path,
        "--save", "", "--appendonly", _persistence, "--appendfsync", _synchronization, "--maxmemory-policy", "noeviction",
        .. _replication,
    ]);
}
