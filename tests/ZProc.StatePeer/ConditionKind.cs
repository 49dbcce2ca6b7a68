namespace ZProc.StatePeer;

/// <summary>The condition of a planned change, before the client's knowledge is filled in.</summary>
internal enum ConditionKind
{
    None,
    Absent,

    /// <summary>The revision that the client last saw of the key, more or less.</summary>
    KnownRevision,

    /// <summary>The value that the client last saw of the key.</summary>
    KnownValue,

    /// <summary>A value chosen beforehand.</summary>
    Value,
}
