using System.Diagnostics;
using System.Globalization;
using ZProc.Benchmarks.Callers;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Peers;

/// <summary>An OS process with the clients of a comparison: each a thread with a connection of its own.</summary>
internal static class CallerPeer
{
    public const string Role = "caller-peer";

    private const int FirstCalls = 20;
    private const int StackBytes = 256 * 1024;

    // Redis, as ZProc, sends and answers as fast as it can. More commands at a time make Redis no faster.
    private const int Together = 100;

    /// <summary>Serves until the standard input ends. A line is a call, its address, the number of clients or messages, and milliseconds.</summary>
    public static int Serve()
    {
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var count = int.Parse(words[2], CultureInfo.InvariantCulture);
            Console.WriteLine(words[0] switch
            {
                "pipeline" => Use(words[1], operations => operations.Pipeline(count)),
                "redis-pipeline" => Pipeline(words[1], count),
                "answer" => Use(words[1], operations =>
                {
                    using var watch = operations.Watch("start");
                    Console.WriteLine("0"); // ready
                    return operations.Answer(watch, count);
                }),
                _ => Measure(words[0], words[1], count, TimeSpan.FromMilliseconds(int.Parse(words[3], CultureInfo.InvariantCulture))),
            });
        }

        return 0;
    }

    private static double Use(string address, Func<Operations, double> use)
    {
        using var client = ClientFactory.Connect(ContextAddress.Parse(address), Deadline.After(Operations.Bound));
        return use(new Operations(client));
    }

    private static double Pipeline(string address, int count)
    {
        using var caller = (RedisCaller)Caller.Open("redis-set", address);
        return Timing.Mean(count / Together, _ => caller.CallTogether(Together)) / Together;
    }

    /// <summary>The median time of a call of one client, or the time for each call of all clients together, in microseconds.</summary>
    private static double Measure(string what, string address, int clients, TimeSpan span)
    {
        var callers = Enumerable.Range(0, clients).Select(_ => Caller.Open(what, address)).ToArray();
        var times = new List<double>();
        var calls = 0L;
        var isOver = false;
        using var start = new Barrier(clients + 1);
        var threads = Array.ConvertAll(callers, caller => new Thread(() => Call(caller), StackBytes));
        Array.ForEach(threads, thread => thread.Start());
        start.SignalAndWait();
        var begin = Stopwatch.GetTimestamp();
        Thread.Sleep(span);
        Volatile.Write(ref isOver, true);
        Array.ForEach(threads, thread => thread.Join());
        var elapsed = Stopwatch.GetElapsedTime(begin);
        Array.ForEach(callers, caller => caller.Dispose());
        return clients == 1 ? Statistics.Median(times) : elapsed.TotalMicroseconds / calls;

        void Call(Caller caller)
        {
            for (var i = 0; i < FirstCalls; i++)
            {
                caller.Call();
            }

            start.SignalAndWait();
            var own = 0L;
            for (; !Volatile.Read(ref isOver); own++)
            {
                var begin = Stopwatch.GetTimestamp();
                caller.Call();
                if (clients == 1)
                {
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
                }
            }

            Interlocked.Add(ref calls, own);
        }
    }
}
