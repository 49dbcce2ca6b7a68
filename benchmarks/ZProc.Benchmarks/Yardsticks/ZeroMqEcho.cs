using NetMQ;
using NetMQ.Sockets;

namespace ZProc.Benchmarks.Yardsticks;

/// <summary>A bare NetMQ ROUTER over TCP, whose thread sends each message back. It ends with its process.</summary>
internal static class ZeroMqEcho
{
    /// <summary>Starts it, and returns its port.</summary>
    public static int Start()
    {
        var router = new RouterSocket();
        var port = router.BindRandomPort("tcp://127.0.0.1");
        new Thread(() => Serve(router)) { IsBackground = true }.Start();
        return port;
    }

    private static void Serve(RouterSocket router)
    {
        while (true)
        {
            var client = router.ReceiveFrameBytes();
            var message = router.ReceiveFrameBytes();
            router.SendMoreFrame(client).SendFrame(message);
        }
    }
}
