using ZProc.Core.Values;

namespace ZProc.Core.Tests.Values;

/// <summary>Where the encoder is inside a value: the path, cycles, and the depth.</summary>
public sealed class ContainerStackTests
{
    private readonly ContainerStack _stack = new();

    [Fact]
    public void Names_the_path_through_lists_and_dictionaries()
    {
        Assert.Equal("$", _stack.Path);
        _stack.Enter(new object());
        _stack.Key = "servers";
        _stack.Enter(new object());
        _stack.Index = 3;
        Assert.Equal("$.servers[3]", _stack.Path);

        _stack.Leave();
        _stack.Key = "my key";
        Assert.Equal("$['my key']", _stack.Path);
    }

    [Fact]
    public void Finds_a_container_inside_itself_but_not_twice_beside_itself()
    {
        var (outer, inner) = (new object(), new object());
        _stack.Enter(outer);
        _stack.Index = 1;
        _stack.Enter(inner);
        _stack.Index = 2;
        var fault = Assert.Throws<FaultException>(() => _stack.Enter(inner));
        Assert.Equal((Fault.ValueNotSupported, "$[1][2]"), (fault.Fault, fault.Target));
        Assert.Contains("the value at $[1] again", fault.Message, StringComparison.Ordinal);

        _stack.Leave();
        _stack.Enter(inner);
        _stack.Clear();
        _stack.Enter(outer);
    }

    [Fact]
    public void Bounds_the_depth()
    {
        for (var i = 0; i < ValueLimits.MaxDepth; i++)
        {
            _stack.Enter(new object());
        }

        Assert.Equal(Fault.ValueNotSupported, Assert.Throws<FaultException>(() => _stack.Enter(new object())).Fault);
        _stack.Clear();
        Assert.Equal("$", _stack.Path);
    }
}
