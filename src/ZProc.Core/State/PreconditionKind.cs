namespace ZProc.Core.State;

/// <summary>The kinds of <see cref="Precondition"/>.</summary>
public enum PreconditionKind : byte
{
    /// <summary>No condition.</summary>
    None = 0,

    /// <summary>The key is missing.</summary>
    Absent = 1,

    /// <summary>The key was last changed at this revision.</summary>
    RevisionIs = 2,

    /// <summary>The key has this value. Numbers are compared by value, whatever their type. A missing key has no value, not even null.</summary>
    ValueIs = 3,
}
