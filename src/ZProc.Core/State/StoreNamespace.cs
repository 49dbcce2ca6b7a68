using ZProc.Core.Values;

namespace ZProc.Core.State;

/// <summary>A namespace in the store: its data and its turn. Not thread-safe: the store's lock guards it.</summary>
internal sealed class StoreNamespace
{
    /// <summary>Creates one that does not exist yet.</summary>
    /// <param name="data">Its data.</param>
    /// <param name="commits">Carries out its commits.</param>
    /// <param name="newTurnId">Gives an id that no other turn of the store has.</param>
    /// <param name="pipeline">Brings its commits to disk; null where nothing is kept on disk.</param>
    public StoreNamespace(NamespaceData data, CommitExecutor commits, Func<long> newTurnId, CommitPipeline? pipeline)
    {
        Data = data;
        Turns = new TurnQueue(
            request => commits.Execute(this, request),
            newTurnId,
            turn => new TurnGrant(turn, data.Revision, commits.Sequence),
            pipeline);
        if (pipeline is null)
        {
            Find = data.FindValue;
            FindRevision = key => data.Find(key)?.Revision ?? 0;
            GetKeys = () => data.Keys;
        }
        else
        {
            Staged = new StagedCommits(data);
            Find = Staged.Find;
            FindRevision = Staged.FindRevision;
            GetKeys = Staged.GetKeys;
        }
    }

    /// <summary>Its data, as readers and watches see it.</summary>
    public NamespaceData Data { get; }

    /// <summary>Its turn, and the requests that wait for the turn.</summary>
    public TurnQueue Turns { get; }

    /// <summary>The commits that are not on disk yet; null where nothing is kept on disk.</summary>
    public StagedCommits? Staged { get; }

    // The namespace as the next commit finds it. These three are made once, not for each commit.
    public Func<string, EncodedValue?> Find { get; }

    public Func<string, long> FindRevision { get; }

    public Func<IEnumerable<string>> GetKeys { get; }

    /// <summary>Whether the namespace has been written to since it was made or removed. A watch can open a namespace before the first write.</summary>
    public bool Exists { get; set; }

    /// <summary><see cref="Exists"/>, as the next commit finds it.</summary>
    public bool WillExist => Staged is { IsEmpty: false } staged ? staged.Exists : Exists;

    /// <summary>The revision that the next commit finds.</summary>
    public long NextRevision => Staged is { IsEmpty: false } staged ? staged.Revision : Data.Revision;

    /// <summary>Whether the store can forget the namespace: it does not exist, has no watches or followers, and its turn is free.</summary>
    public bool CanBeForgotten => !Exists && Turns.IsIdle && !Data.Feed.IsWatched && Staged is not { IsEmpty: false };
}
