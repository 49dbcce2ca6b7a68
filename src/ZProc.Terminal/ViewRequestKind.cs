namespace ZProc.Terminal;

/// <summary>What a user asks for with a key.</summary>
public enum ViewRequestKind
{
    /// <summary>The details of a row.</summary>
    Open,

    /// <summary>No details any more.</summary>
    Close,

    /// <summary>The namespace with the name that the key is.</summary>
    Namespace,

    /// <summary>The keys that hold a text.</summary>
    Search,

    /// <summary>The end of a process.</summary>
    Stop,

    /// <summary>Another run of a process.</summary>
    Restart,
}
