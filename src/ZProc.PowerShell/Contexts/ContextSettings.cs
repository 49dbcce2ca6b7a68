using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Workers;

namespace ZProc.Contexts;

/// <summary>What a context is made of.</summary>
internal sealed record ContextSettings
{
    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public required ConnectionString Connection { get; init; }

    public required int ServerProcessId { get; init; }

    /// <summary>Who this session is; null for a session that is not itself a process of the context.</summary>
    public Source? Self { get; init; }

    /// <summary>How many workers are kept ready.</summary>
    public int SpareProcesses { get; init; } = SparePool.DefaultSize;

    /// <summary>What processes are given that a call does not give them.</summary>
    public ProcessDefaults? ProcessDefaults { get; init; }
}
