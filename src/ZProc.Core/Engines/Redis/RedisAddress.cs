using ZProc.Core.Wire;

namespace ZProc.Core.Engines.Redis;

/// <summary>The address of a context on an engine that speaks the Redis protocol.</summary>
public sealed class RedisAddress : ContextAddress
{
    private RedisAddress()
    {
    }

    /// <inheritdoc/>
    public override string Endpoint => throw new NotImplementedException();

    /// <inheritdoc/>
    public override string Text => throw new NotImplementedException();

    /// <inheritdoc/>
    public override string ShortName => throw new NotImplementedException();

    /// <inheritdoc/>
    public override AccessLevel Access => throw new NotImplementedException();

    /// <inheritdoc/>
    public override ContextAddress? ReadOnly => throw new NotImplementedException();

    /// <summary>Parses an address.</summary>
    public static new RedisAddress Parse(string text) => throw new NotImplementedException();
}
