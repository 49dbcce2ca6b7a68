namespace ZProc.StatePeer;

/// <summary>What an enduring client did and saw.</summary>
internal sealed record EnduranceReport
{
    public required string Name { get; init; }

    /// <summary>The writes that were acknowledged.</summary>
    public long Written { get; set; }

    /// <summary>The writes of which the client was told that their outcome is unknown.</summary>
    public long Unknown { get; set; }

    /// <summary>The turns whose last commit was acknowledged.</summary>
    public long Turns { get; set; }

    /// <summary>The turns of whose last commit the client was told that its outcome is unknown.</summary>
    public long TurnsUnknown { get; set; }

    /// <summary>The turns that the client was told it had lost.</summary>
    public long TurnsLost { get; set; }

    /// <summary>The last revision that the watch saw.</summary>
    public long Watched { get; set; }

    /// <summary>How often the history no longer had what the watch had missed.</summary>
    public int Compacted { get; set; }

    /// <summary>How often the server had ended the session.</summary>
    public int Forgotten { get; set; }

    /// <summary>The error that ended the session; null when it goes on.</summary>
    public string? Failure { get; set; }

    /// <summary>Observations that no client may make.</summary>
    public List<string> Violations { get; init; } = [];
}
