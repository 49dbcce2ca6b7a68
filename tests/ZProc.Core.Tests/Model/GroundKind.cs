namespace ZProc.Core.Tests.Model;

/// <summary>What a model test runs on.</summary>
public enum GroundKind
{
    /// <summary>ZProc's own server, with the state in memory.</summary>
    OwnServer,

    /// <summary>ZProc's own server, with the state on disk before each reply.</summary>
    DurableAlways,

    /// <summary>ZProc's own server, with the state on disk after a while.</summary>
    DurableInterval,

    /// <summary>The machine's <c>redis-server</c>.</summary>
    Redis,

    /// <summary>Garnet.</summary>
    Garnet,
}
