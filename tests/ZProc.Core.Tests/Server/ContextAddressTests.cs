using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Server;

public sealed class ContextAddressTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData($"zproc://{Secret}@127.0.0.1:5555", "tcp://127.0.0.1:5555", "5555", AccessLevel.Full)]
    [InlineData($"  zproc+ipc://{Secret}@/run/zproc/build.sock ", "ipc:///run/zproc/build.sock", "build", AccessLevel.Full)]
    [InlineData($"zproc://ro-{Secret}@example.org:1", "tcp://example.org:1", "1", AccessLevel.ReadOnly)]
    public void The_connection_string_of_a_server_is_an_address(string text, string endpoint, string shortName, AccessLevel access)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && text.Contains("ipc", StringComparison.Ordinal), "The path is one of Linux and macOS.");
        var address = Assert.IsType<ConnectionString>(ContextAddress.Parse(text));
        Assert.Equal((endpoint, shortName, access), (address.Endpoint, address.ShortName, address.Access));
        Assert.Equal((text.Trim(), endpoint), (address.Text, address.ToString()));
        Assert.Equal(AccessLevel.ReadOnly, address.ReadOnly.Access);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("tcp://127.0.0.1:5555")]
    [InlineData("http://redis://host")]
    public void Another_text_is_refused_and_does_not_look_like_an_address(string text)
    {
        Assert.Equal(Fault.CannotConnect, FaultOf(() => ContextAddress.Parse(text)));
        Assert.False(ContextAddress.IsOne(text));
    }

    [Theory]
    [InlineData($"zproc://{Secret}@127.0.0.1:5555")]
    [InlineData($"ZPROC+IPC://{Secret}@/run/zproc/build.sock")]
    [InlineData("redis://127.0.0.1:6379/build")]
    [InlineData("Rediss://user:password@example.org/build")]
    [InlineData(" redis://example.org")]
    public void A_text_that_leads_to_a_state_looks_like_an_address(string text) => Assert.True(ContextAddress.IsOne(text));

    [Theory]
    [InlineData($"join zproc://{Secret}@127.0.0.1:5555 now", "join zproc://…@127.0.0.1:5555 now")]
    [InlineData($"zproc+ipc://ro-{Secret}@/run/zproc/build.sock", "zproc+ipc://…@/run/zproc/build.sock")]
    [InlineData("redis://user:password@example.org/build", "redis://user:…@example.org/build")]
    [InlineData("REDISS://:password@example.org:6380/build?replicas=1", "REDISS://:…@example.org:6380/build?replicas=1")]
    [InlineData("redis://user:pass@word:/x@one.example.org,two.example.org/build", "redis://user:…@one.example.org,two.example.org/build")]
    [InlineData("redis://password@example.org", "redis://…@example.org")]
    [InlineData("'redis://a:b@one' and \"rediss://c:d@two\"", "'redis://a:…@one' and \"rediss://c:…@two\"")]
    [InlineData("redis://example.org:6379/build", "redis://example.org:6379/build")]
    [InlineData("mail redis@example.org", "mail redis@example.org")]
    [InlineData(null, null)]
    public void A_text_is_shown_without_secrets(string? text, string? shown) => Assert.Equal(shown, ContextAddress.Redact(text));

    [Fact]
    public void A_client_joins_by_the_text_of_an_address()
    {
        using var server = StateServer.Start();
        using var client = ClientFactory.Connect(ContextAddress.Parse(server.Connection.Text), InTime);
        client.Commit(Set("a", 1));
        Assert.Equal(1, server.Store.Get(Ns, "a")?.Value.Plain());
        Assert.Equal(Environment.ProcessId, client.ServerProcessId);
    }
}
