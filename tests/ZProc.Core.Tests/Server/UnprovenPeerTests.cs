using System.Net;
using System.Net.Sockets;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class UnprovenPeerTests : IDisposable
{
    private readonly StateServer _server = StateServer.Start();
    private readonly LocalClient _local;

    public UnprovenPeerTests() => _local = new LocalClient(_server.Store);

    public void Dispose() => _server.Dispose();

    [Fact]
    public void One_wrong_character_of_the_secret_is_refused_promptly()
    {
        var text = _server.Connection.Text;
        var start = text.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        foreach (var at in new[] { start, start + 31, start + 63 })
        {
            var wrong = text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..];
            var begun = System.Diagnostics.Stopwatch.StartNew();
            var fault = Assert.Throws<FaultException>(() => RemoteClient.Connect(ConnectionString.Parse(wrong), InTime));
            Assert.Equal(Fault.CannotConnect, fault.Fault);
            Yardstick.AssertWithin(5, begun.Elapsed);
            Assert.DoesNotContain(wrong[start..(start + 64)], fault.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("zproc://")]
    [InlineData("zproc://short@127.0.0.1:1")]
    [InlineData("tcp://127.0.0.1:5555")]
    public void A_text_that_is_no_connection_string_is_refused(string text) =>
        Assert.Equal(Fault.CannotConnect, Assert.Throws<FaultException>(() => ConnectionString.Parse(text)).Fault);

    [Fact]
    public void A_connection_string_reads_back_as_it_was_written()
    {
        foreach (ServerAddress address in new ServerAddress[] { new TcpAddress("127.0.0.1", 5555), new TcpAddress("::1", 5555), new TcpAddress("example.org", 1), new UnixAddress("/run/a b/@x.sock") })
        {
            foreach (var one in new[] { ConnectionString.Create(address), ConnectionString.Create(address).ReadOnly })
            {
                var other = ConnectionString.Parse(one.Text);
                Assert.DoesNotContain(one.Secret, one.ToString(), StringComparison.Ordinal);
                Assert.Equal((one.Address, one.Secret, one.Access), (other.Address, other.Secret, other.Access));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_accepted_TCP_socket_sends_small_messages_at_once(bool blocks)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndPoint!);
        Assert.True(listener.Poll(InTime.Remaining, SelectMode.SelectRead));
        listener.Blocking = blocks; // an accepted socket may inherit this
        using var accepted = listener.Accept();
        var connection = new UnprovenConnection(accepted, new Handshake(_server.Connection, _server.Connection.ReadOnly), isSealed: true);
        Assert.True(connection.Advance(static _ => false));
        Assert.True(accepted.NoDelay);
        Assert.False(accepted.Blocking);
    }
}
