using Xunit;
using ZProc.Core.Engines.Redis;
using ZProc.Core.Wire;

namespace ZProc.Core.Tests.Engines;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://127.0.0.1/jobs", "redis://127.0.0.1:6379/jobs", "jobs")]
    [InlineData("REDIS://user:pa%40ss@localhost:7000/a b", "redis://localhost:7000/a b", "a b")]
    [InlineData("rediss://:secret@engine.example/jobs", "rediss://engine.example:6379/jobs", "jobs")]
    [InlineData("redis://[::1]:6380", "redis://[::1]:6380/zproc", "zproc")]
    [InlineData("redis://10.0.0.1,10.0.0.2/x?sentinel=main&tls=off", "redis://10.0.0.1:26379,10.0.0.2:26379/x", "x")]
    public void An_address_is_read_and_shown_without_its_secret(string text, string endpoint, string context)
    {
        var address = Assert.IsType<RedisAddress>(ContextAddress.Parse(text));
        Assert.Equal(endpoint, address.Endpoint);
        Assert.Equal(context, address.Context);
        Assert.Equal(text, address.Text);
        Assert.Null(address.ReadOnly);
        Assert.DoesNotContain("ss@", ContextAddress.Redact($"in {text}"));
        Assert.DoesNotContain("secret", ContextAddress.Redact($"in {text}"));
    }

    [Theory]
    [InlineData("redis://10.0.0.1/x", "rediss://")]
    [InlineData("redis://127.0.0.1/x?color=red", "color=red")]
    [InlineData("redis://127.0.0.1/a{b}", "{ }")]
    [InlineData("redis:///x", "no host")]
    [InlineData("redis://127.0.0.1:port/x", "no host")]
    public void What_cannot_be_an_address_is_refused_with_the_reason(string text, string reason)
    {
        var fault = Assert.Throws<FaultException>(() => ContextAddress.Parse(text));
        Assert.Equal(Fault.CannotConnect, fault.Fault);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void User_and_password_are_those_that_were_written()
    {
        var options = RedisAddress.Parse("rediss://a%3Ab:p%40q:r@engine.example").ToOptions();
        Assert.Equal("a:b", options.User);
        Assert.Equal("p@q:r", options.Password);
        Assert.True(options.Ssl);
    }
}
