using System.Diagnostics;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;

namespace ZProc.Servers;

/// <summary>
/// Starts the next server of a joined context whose server died with its state on disk. The context's connection signals it while work
/// waits for the server. The work is done on a thread of its own, which ends with each attempt.
/// </summary>
internal sealed class NextServer
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly RemoteClient _client;
    private readonly string _connection;
    private readonly OnDemandThread _thread;
    private TimeSpan _pause = FirstPause; // of the thread
    private long _triedAt; // timestamp of the end of the last attempt; 0 before the first

    private NextServer(RemoteClient client, string connection)
    {
        _client = client;
        _connection = connection;
        _thread = new OnDemandThread("ZProc server start", Start);
    }

    /// <summary>Starts the next server for a client whenever that is needed, as long as the client lives.</summary>
    /// <param name="client">The client.</param>
    /// <param name="connection">The text with which it joined.</param>
    public static void Provide(RemoteClient client, string connection) => client.Unreachable = new NextServer(client, connection).Signal;

    private void Signal()
    {
        if (Interlocked.Read(ref _triedAt) is var last && (last == 0 || Stopwatch.GetElapsedTime(last) > _pause))
        {
            _thread.Signal();
        }
    }

    private void Start()
    {
        try
        {
            if (ServerFolder.TryFindDown(_connection) is { } down)
            {
                _ = ServerLauncher.Relaunch(down, ServerLauncher.StartBound, _client.Closed);
                _pause = FirstPause;
            }
        }
        catch (OperationCanceledException expected)
        {
            // Expected: the context has ended meanwhile.
            ZProcEventSource.Log.FaultCaught(nameof(NextServer), expected);
        }
        catch (Exception exception) when (exception is FaultException or IOException or UnauthorizedAccessException)
        {
            // Expected: the disk is full, or another program has the folder. The error of the work that waits says so.
            ZProcEventSource.Log.FaultCaught(nameof(NextServer), exception);
            _client.StartFailure = exception.Message;
            _pause = RetryPause.Longer(_pause, LongestPause);
        }

        Interlocked.Exchange(ref _triedAt, Stopwatch.GetTimestamp());
    }
}
