namespace ZProc.Core.Tests.Engines;

/// <summary>The servers of the Redis protocol that tests run on.</summary>
public enum EngineKind
{
    /// <summary>The machine's <c>redis-server</c>.</summary>
    Redis,

    /// <summary>Garnet from its package.</summary>
    Garnet,
}
