using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Client;
using ZProc.Core.Engines.Redis;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>A server of the Redis protocol in a process of its own, on a free port of the loopback address.</summary>
internal abstract class EngineServer : IDisposable
{
    private const int Attempts = 5;

    private Process? _process;

    /// <summary>The port.</summary>
    public int Port { get; private set; }

    /// <summary>The OS process id.</summary>
    protected int ProcessId => _process!.Id;

    /// <summary>Which answer the server's addresses give in advance, with the question mark; empty for none.</summary>
    protected abstract string AddressOptions { get; }

    /// <summary>A name that no other context has.</summary>
    public static string NewContext() => $"test-{Guid.NewGuid():N}";

    /// <summary>The address of a context, as text.</summary>
    /// <param name="context">The context's name.</param>
    /// <param name="port">The port of a relay; null for the server's own.</param>
    public string AddressText(string context, int? port = null) => $"redis://127.0.0.1:{port ?? Port}/{context}{AddressOptions}";

    /// <summary>The address of a context.</summary>
    public RedisAddress Address(string context) => RedisAddress.Parse(AddressText(context));

    /// <summary>A new client of a context.</summary>
    /// <param name="context">The context's name.</param>
    /// <param name="port">The port of a relay; null for the server's own.</param>
    public IClient Connect(string context, int? port = null) => RedisClient.Connect(RedisAddress.Parse(AddressText(context, port)), InTime);

    /// <summary>Sends a command on a connection of its own.</summary>
    public object? Command(params string[] words)
    {
        using var connection = new RespConnection(Port);
        return connection.Command(words);
    }

    /// <summary>The keys that the server has of a context, without those that expire.</summary>
    public SortedDictionary<string, StoredKey> KeysOf(string context)
    {
        using var connection = new RespConnection(Port);
        var keys = new SortedDictionary<string, StoredKey>(StringComparer.Ordinal);
        foreach (var key in ((object?[])connection.Command("KEYS", $"*{context}*")!).Cast<string>())
        {
            var type = (string)connection.Command("TYPE", key)!;
            if (type != "none" && (long)connection.Command("TTL", key)! < 0)
            {
                keys.Add(key, new StoredKey(type, CountOf(connection, key, type)));
            }
        }

        return keys;
    }

    /// <summary>The bytes of the values in the hashes of a context.</summary>
    public long HashBytesOf(string context)
    {
        using var connection = new RespConnection(Port);
        return KeysOf(context).Where(pair => pair.Value.Type == "hash")
            .Sum(pair => ((object?[])connection.Command("HVALS", pair.Key)!).Cast<string>().Sum(value => (long)value.Length));
    }

    public virtual void Dispose()
    {
        Kill();
        _process!.Dispose();
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>How to start the server at a port.</summary>
    protected abstract ProcessStartInfo StartInfo(int port);

    /// <summary>Starts the server at a free port, and waits until it answers.</summary>
    protected void StartAnywhere()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                StartAt(FreePort.Next());
                return;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // Somebody else was faster to take the port.
            }
        }
    }

    /// <summary>Starts the server at a port, and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">The server ended.</exception>
    protected void StartAt(int port)
    {
        Port = port;
        var info = StartInfo(port);
        (info.RedirectStandardInput, info.RedirectStandardOutput, info.RedirectStandardError) = (true, true, true);
        var lines = new List<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "");
            }
        }

        _process?.Dispose();
        _process = LastingThread.Run(() => Process.Start(info)!);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        SpinWait.SpinUntil(() => _process.HasExited || Answers(), Soon);
        if (_process.HasExited || !Answers())
        {
            Kill();
            throw new InvalidOperationException($"The server did not start.\n{string.Join('\n', lines)}");
        }
    }

    private bool Answers()
    {
        try
        {
            return Command("PING") is "PONG";
        }
        catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
        {
            return false; // it does not listen yet, or still loads its state
        }
    }

    private static long CountOf(RespConnection connection, string key, string type) => type switch
    {
        "hash" => (long)connection.Command("HLEN", key)!,
        "list" => (long)connection.Command("LLEN", key)!,
        "set" => (long)connection.Command("SCARD", key)!,
        "zset" => (long)connection.Command("ZCARD", key)!,
        _ => 1,
    };
}
