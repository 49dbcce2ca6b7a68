using System.Diagnostics;
using System.Globalization;
using ZProc.Benchmarks.Yardsticks;
using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.Wire;

namespace ZProc.Benchmarks.Peers;

/// <summary>An OS process with a client of the server, and with bare sockets for comparison. The process carries out one request after the other.</summary>
internal static class ClientPeer
{
    public const string Role = "client-peer";

    /// <summary>Serves until the standard input ends. The first two lines of input are the server's connection string and the bare server's address.</summary>
    public static int Serve()
    {
        using var client = RemoteClient.Connect(ConnectionString.Parse(Console.In.ReadLine()!), Deadline.After(Operations.Bound));
        using var bare = new BareClient(Console.In.ReadLine()!);
        var operations = new Operations(client);
        while (Console.In.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var count = int.Parse(words[1], CultureInfo.InvariantCulture);
            var figure = words[0] switch
            {
                "echo" => bare.Echo(count),
                "bare-pipeline" => bare.Pipeline(count),
                "bare-answers" => bare.AnsweredPipeline(count),
                "ping" => Timing.Median(count, () => client.Ping(Deadline.After(Operations.Bound))),
                "write" => Timing.Median(count, operations.Write),
                "increment" => Timing.Median(count, operations.Increment),
                "pipeline" => operations.Pipeline(count),
                "read" => operations.Read(count),
                "answer" => Answer(operations, count),
                _ => throw new InvalidOperationException(line),
            };
            Console.WriteLine(figure.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <summary>Answers each update of a key, and reports the median time until an update arrived, in microseconds.</summary>
    private static double Answer(Operations operations, int count)
    {
        using var watch = operations.Watch("start");
        Console.WriteLine("0"); // ready
        return operations.Answer(watch, count);
    }
}
