using ZProc.Core.Durable;
using ZProc.Core.State;

namespace ZProc.Servers;

/// <summary>The settings with which a server with an OS process of its own starts.</summary>
internal sealed record ServerSettings
{
    /// <summary>The server's name; null for one made from the address.</summary>
    public string? Name { get; init; }

    /// <summary>Where to listen; null for a private socket of this machine, or for the address of the last server on the state.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The engine that has the state, where this is a machine that takes part; null for a server of its own.</summary>
    public string? Engine { get; init; }

    /// <summary>The limits of its state.</summary>
    public StoreOptions Limits { get; init; } = new();

    /// <summary>Where its state is kept; null for a state in memory.</summary>
    public DurableOptions? Durable { get; init; }

    /// <summary>Whether a guard starts the next server when this one dies.</summary>
    public bool Restart { get; init; }
}
