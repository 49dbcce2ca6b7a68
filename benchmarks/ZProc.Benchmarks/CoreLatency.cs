using System.Diagnostics;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Values;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks;

/// <summary>From a commit to whoever waits for it, without PowerShell: what is left of a watcher's latency is the call of its action.</summary>
internal static class CoreLatency
{
    private const string Ns = "default";
    private const int WarmUp = 1000;
    private const int Updates = 3000;

    /// <summary>The other process: answers each update of <c>start</c> with the microseconds since.</summary>
    public static int Serve()
    {
        using var client = RemoteClient.Connect(ConnectionString.Parse(Console.In.ReadLine()!), Bound());
        using var watch = Open(client, "start");
        Console.WriteLine("ready");
        for (var i = 0; i < WarmUp + Updates; i++)
        {
            Answer(client, watch);
        }

        return 0;
    }

    public static Sample OtherProcess()
    {
        using var server = StateServer.Start();
        using var client = new LocalClient(server.Store);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["core-latency"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1"; // as every process that ZProc starts
        using var other = Process.Start(start)!;
        other.StandardInput.WriteLine(server.Connection.Text);
        other.StandardOutput.ReadLine();
        var sample = Measure(client);
        other.WaitForExit();
        return sample;
    }

    public static Sample SameProcess()
    {
        using var server = StateServer.Start();
        using var client = new LocalClient(server.Store);
        using var watch = Open(client, "start");
        var reader = new Thread(() =>
        {
            for (var i = 0; i < WarmUp + Updates; i++)
            {
                Answer(client, watch);
            }
        });
        reader.Start();
        var sample = Measure(client);
        reader.Join();
        return sample;
    }

    private static Sample Measure(LocalClient client)
    {
        using var seen = Open(client, "seen");
        var times = new List<double>(Updates);
        for (var i = -WarmUp; i < Updates; i++)
        {
            Set(client, "start", Stopwatch.GetTimestamp());
            var time = Value(seen.Read(Bound())!);
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(0, time).TotalMicroseconds);
            }
        }

        return new Sample(times);
    }

    private static void Answer(IClient client, Watch watch)
    {
        var begin = Value(watch.Read(Bound())!);
        Set(client, "seen", Stopwatch.GetTimestamp() - begin);
    }

    // Forced: the same time twice would be no update.
    private static void Set(IClient client, string key, long value) => client.Commit(new CommitRequest(
        Ns, new Source(client.Id, "benchmark", Environment.ProcessId), [new Change(ChangeKind.Set, key, ValueCodec.Encode(value))], Force: true));

    private static Watch Open(IClient client, string key) => client.Watch(new WatchOptions { Namespace = Ns, Keys = new KeyFilter([key]) });

    private static long Value(Update update) => (long)ValueCodec.Decode(update.Changes[0].After!.Value)!;

    private static Deadline Bound() => Deadline.After(TimeSpan.FromSeconds(60));
}
