using System.Diagnostics;
using System.Globalization;
using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Benchmarks;

/// <summary>The yardstick: a bare NetMQ request and its echo between two OS processes.</summary>
internal static class Echo
{
    private const int WarmUp = 2000;
    private const int Trips = 5000;

    /// <summary>The other process: echoes until its standard input ends.</summary>
    public static int Serve()
    {
        using var socket = new ResponseSocket();
        Console.WriteLine(socket.BindRandomPort("tcp://127.0.0.1"));
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(0);
        }) { IsBackground = true }.Start();
        while (true)
        {
            socket.SendFrame(socket.ReceiveFrameBytes());
        }
    }

    /// <summary>Round trips of 64 bytes.</summary>
    public static Sample Measure()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["echo"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var other = Process.Start(start)!;
        try
        {
            using var socket = new RequestSocket($">tcp://127.0.0.1:{int.Parse(other.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture)}");
            var message = new byte[64];
            var times = new List<double>(Trips);
            for (var i = -WarmUp; i < Trips; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                socket.SendFrame(message);
                socket.ReceiveFrameBytes();
                if (i >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
                }
            }

            return new Sample(times);
        }
        finally
        {
            other.StandardInput.Close();
            other.WaitForExit();
        }
    }
}
