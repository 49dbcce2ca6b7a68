namespace ZProc.Values;

/// <summary>How an object gets into another runspace of the same OS process.</summary>
internal enum RunspaceObjectKind
{
    /// <summary>As itself.</summary>
    Plain,

    /// <summary>As itself, unless one of its parts has to be replaced. Then the copy of a standard collection takes its place.</summary>
    Container,

    /// <summary>A script block: as a block of the same text.</summary>
    Block,

    /// <summary>An object that runs code in the runspace that made it, and that holds data as well: as data.</summary>
    Data,

    /// <summary>An object that is of no use in another runspace: not at all.</summary>
    Refused,
}
