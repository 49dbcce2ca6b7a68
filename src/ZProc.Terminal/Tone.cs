namespace ZProc.Terminal;

/// <summary>What a text means, which decides its style.</summary>
public enum Tone
{
    /// <summary>Plain text.</summary>
    Normal,

    /// <summary>Text of less interest.</summary>
    Quiet,

    /// <summary>A title.</summary>
    Title,

    /// <summary>Something that goes well.</summary>
    Good,

    /// <summary>Something that needs a look.</summary>
    Warning,

    /// <summary>Something that failed.</summary>
    Bad,
}
