namespace ZProc.Core.Wire;

/// <summary>What a connection string permits. The numbers are part of the protocol.</summary>
public enum AccessLevel : byte
{
    /// <summary>Read, watch and change the state, and start and control processes.</summary>
    Full = 1,

    /// <summary>Read and watch the state.</summary>
    ReadOnly = 2,
}
