using ZProc.Core.Diagnostics;

namespace ZProc.Core.Engines.Redis;

/// <summary>Ends what clients leave behind that are gone. The engine names each of them to one member at a time.</summary>
internal sealed class DepartedClients
{
    /// <summary>The silence after which a client is gone. With the clean-up, its processes are marked as lost within 15 seconds.</summary>
    public const long SilenceMicroseconds = 12_000_000;

    private readonly EngineQuestions _questions;
    private readonly RedisKeys _keys;

    public DepartedClients(EngineQuestions questions, RedisKeys keys)
    {
        _questions = questions;
        _keys = keys;
    }

    /// <summary>Runs a clean-up on a thread of its own.</summary>
    public Action<Action> StartThread { get; init; } = static work => BackgroundThread.Start(work, "ZProc departed client");

    /// <summary>Cleans up after a client. Called on a thread of its own.</summary>
    public Action<Guid>? CleanUp { get; set; }

    /// <summary>Cleans up after a client that has given no sign of life for long, and strikes it off.</summary>
    public void Begin(string client)
    {
        try
        {
            StartThread(() => Run(client));
        }
        catch (OutOfMemoryException expected)
        {
            // The system gives no thread. The engine names the client again when this member's claim has expired.
            ZProcEventSource.Log.FaultCaught(nameof(DepartedClients), expected);
        }
    }

    private void Run(string client)
    {
        try
        {
            CleanUp?.Invoke(Guid.Parse(client));
            _questions.RunAsync(RedisScript.Bury, _keys.OfClient(client), client).Wait();
        }
        catch (Exception exception) when (exception is FaultException or AggregateException or FormatException)
        {
            // Expected: the engine is away, or this client leaves. Another member takes over.
            ZProcEventSource.Log.FaultCaught(nameof(DepartedClients), exception);
        }
    }
}
