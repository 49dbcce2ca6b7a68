using ZProc.Core.Diagnostics;

namespace ZProc.Core.State;

/// <summary>
/// Carries out commits: works a request out, makes the update and applies it to the namespace. It counts them over the whole
/// state. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class CommitExecutor
{
    private readonly StoreOptions _options;
    private long _lastSequence; // of the commits that are staged, too

    /// <param name="options">The limits.</param>
    /// <param name="sequence">The number of commits before.</param>
    public CommitExecutor(StoreOptions options, long sequence = 0)
    {
        _options = options;
        Sequence = _lastSequence = sequence;
    }

    /// <summary>Brings commits to disk; null where nothing is kept on disk.</summary>
    public CommitPipeline? Pipeline { get; set; }

    /// <summary>The number of commits so far, over all namespaces.</summary>
    public long Sequence { get; private set; }

    /// <summary>Carries out a commit, whole or not at all.</summary>
    /// <exception cref="FaultException">The request is refused: Conflict, InvalidKey, InvalidArgument, KeyNotFound or ValueTooLarge.</exception>
    public CommitResult Execute(StoreNamespace space, CommitRequest request)
    {
        var data = space.Data;
        var draft = new Draft(space.Find, space.FindRevision, space.GetKeys, data.Name, _options.For(data.Name), request.Force);
        var results = new KeyChange[request.Changes.Count];
        var removal = false;
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = draft.Apply(request.Changes[i]);
            removal |= request.Changes[i].Kind == ChangeKind.RemoveNamespace;
        }

        if (removal && results.Length > 1)
        {
            throw NotTheOnlyChange(data.Name);
        }

        var changes = draft.Changes();
        if (changes.Count == 0 && !(removal && space.WillExist))
        {
            return new CommitResult(false, space.NextRevision, _lastSequence, results);
        }

        var update = new Update(data.Name, space.NextRevision + 1, _lastSequence + 1, DateTime.UtcNow, request.Source, changes) { RemovesNamespace = removal };
        Pipeline?.Check(update);
        _lastSequence++;
        if (Pipeline is { Stages: true })
        {
            Pipeline.Stage(space, update);
        }
        else
        {
            Publish(space, update);
            Pipeline?.Record(space, update);
        }

        return new CommitResult(true, update.Revision, update.Sequence, results);
    }

    /// <summary>Applies an update, so that readers and watches see it.</summary>
    public void Publish(StoreNamespace space, Update update)
    {
        space.Data.Apply(update);
        Sequence = update.Sequence;
        ZProcMeter.Commits.Add(1);
        space.Exists = !update.RemovesNamespace;
    }

    /// <summary>The error of a commit that removes a namespace and does something else, too.</summary>
    internal static FaultException NotTheOnlyChange(string ns) =>
        new(Fault.InvalidArgument, "The removal of a namespace must be the only change of its commit.", ns);

    /// <summary>Goes back to the last commit that was published.</summary>
    public void RollBack() => _lastSequence = Sequence;
}
