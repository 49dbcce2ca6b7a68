namespace ZProc.StatePeer;

/// <summary>What a planned change asks of its key, before it is known what the client knows.</summary>
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
