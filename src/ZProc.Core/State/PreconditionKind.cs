namespace ZProc.Core.State;

/// <summary>What a <see cref="Precondition"/> asks of a key.</summary>
public enum PreconditionKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The key is missing.</summary>
    Absent = 1,

    /// <summary>The key was last changed at this revision.</summary>
    RevisionIs = 2,

    /// <summary>The key has this value, numbers compared by value whatever their type. A missing key has none.</summary>
    ValueIs = 3,
}
