using ZProc.Core.State;
using ZProc.Core.Wire;
using ZProc.Workers;

namespace ZProc.Contexts;

/// <summary>The settings from which a context is made.</summary>
internal sealed record ContextSettings
{
    /// <summary>The context's name in this session.</summary>
    public required string Name { get; init; }

    /// <summary>The current namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Where the state is, and what gives access to it.</summary>
    public required ContextAddress Connection { get; init; }

    /// <summary>The folder that keeps the state, where this process runs the server; null for a state in memory.</summary>
    public string? Path { get; init; }

    /// <summary>The source of the session's own updates; null for one that is made from the client's id.</summary>
    public Source? Self { get; init; }

    /// <summary>How many worker processes are kept ready.</summary>
    public int SpareProcesses { get; init; } = SparePool.DefaultSize;

    /// <summary>Values for parameters that a call to start a process does not give.</summary>
    public ProcessDefaults? ProcessDefaults { get; init; }
}
