using ZProc.Core.Diagnostics;

namespace ZProc.Core.State;

/// <summary>
/// Carries out commits: works a request out, makes the update and applies it to the namespace. It counts them over the whole
/// state. Not thread-safe: the store's lock guards it.
/// </summary>
internal sealed class CommitExecutor
{
    private readonly StoreOptions _options;

    /// <param name="options">The limits.</param>
    public CommitExecutor(StoreOptions options) => _options = options;

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
            throw new FaultException(Fault.InvalidArgument, "The removal of a namespace must be the only change of its commit.", data.Name);
        }

        var changes = draft.Changes();
        if (changes.Count == 0 && !(removal && space.Exists))
        {
            return new CommitResult(false, data.Revision, Sequence, results);
        }

        var update = new Update(data.Name, data.Revision + 1, ++Sequence, DateTime.UtcNow, request.Source, changes) { RemovesNamespace = removal };
        data.Apply(update);
        ZProcMeter.Commits.Add(1);
        space.Exists = !removal;
        return new CommitResult(true, update.Revision, update.Sequence, results);
    }
}
