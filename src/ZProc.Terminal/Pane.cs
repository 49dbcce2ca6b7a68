namespace ZProc.Terminal;

/// <summary>The panes of the screen, in their order.</summary>
public enum Pane
{
    /// <summary>Processes of the context.</summary>
    Processes,

    /// <summary>The keys of one namespace.</summary>
    State,

    /// <summary>Watchers of the session.</summary>
    Watchers,

    /// <summary>Updates of one namespace.</summary>
    Updates,

    /// <summary>Contexts of the session, and servers of the user.</summary>
    Contexts,
}
