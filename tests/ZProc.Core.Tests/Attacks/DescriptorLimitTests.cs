using System.Diagnostics;
using System.Net.Sockets;
using ZProc.Core.Client;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>A server whose process may open few files stays alive when strangers use them up.</summary>
public sealed class DescriptorLimitTests
{
    public static bool IsLinux => OperatingSystem.IsLinux();

    [Theory(Skip = "ulimit is Linux's", SkipUnless = nameof(IsLinux))]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("")]
    public void Silent_connections_beyond_the_descriptors_stop_nobody(string endpoint)
    {
        using var server = ServerChild.Start(endpoint, "ulimit -n 256");
        using var old = RemoteClient.Connect(server.Connection, InTime);
        old.Commit(Set("a", 1));
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < 600; i++)
            {
                try
                {
                    silent.Add(server.Connection.Address.Connect(CancellationToken.None));
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock)
                {
                    break; // the queue of a Unix domain socket is full
                }

                if (i % 50 == 0)
                {
                    old.Commit(Set("a", i));
                }
            }

            for (var i = 0; i < 200; i++)
            {
                old.Commit(Increment("n", 1));
            }

            // New clients get in although the strangers stay.
            var begun = Stopwatch.StartNew();
            using (var added = RemoteClient.Connect(server.Connection, In(30)))
            {
                Assert.Equal(200, added.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
            }

            Yardstick.AssertWithin(10, begun.Elapsed);
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        using var later = RemoteClient.Connect(server.Connection, InTime);
        Assert.Equal(200, later.Get(Ns, "n", fresh: true)!.Value.Value.Plain());
        Assert.False(server.HasExited);
    }
}
