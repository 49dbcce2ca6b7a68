using System.Buffers.Binary;
using StackExchange.Redis;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// A commit as the script carries it out. A plain write, and the addition of a whole number, need no look at the namespace. What else
/// combines values is worked out here, from entries that the engine then must still have.
/// </summary>
internal sealed class CommitPlan
{
    private const int RemovedSeconds = 7 * 24 * 3600;
    private const int RemovedOutputSeconds = 60;

    private readonly IReadOnlyList<PlannedKey> _keys;
    private readonly IReadOnlyList<KeyChange>? _results;

    private CommitPlan(string mode, bool wantsValuesBefore, IReadOnlyList<PlannedKey> keys, IReadOnlyList<KeyChange>? results)
    {
        Mode = mode;
        WantsValuesBefore = wantsValuesBefore;
        _keys = keys;
        _results = results;
    }

    private string Mode { get; }

    private bool WantsValuesBefore { get; }

    /// <summary>The plan of a commit that the script can carry out without entries; null for any other.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="guess">The entry that a key probably has; null for none.</param>
    public static CommitPlan? WithoutEntries(CommitRequest request, Func<string, Entry?> guess)
    {
        var changes = request.Changes;
        if (changes.Any(static change => change.Kind == ChangeKind.RemoveNamespace))
        {
            return changes.Count == 1 ? new CommitPlan("remove", false, [], null) : null; // refused, for this or for an earlier change
        }

        if (changes is [{ Kind: ChangeKind.PopAny }])
        {
            return new CommitPlan("pop", true, [], null);
        }

        var clears = changes is [{ Kind: ChangeKind.Clear }, ..];
        var keys = new List<PlannedKey>(changes.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = clears ? 1 : 0; i < changes.Count; i++)
        {
            var change = changes[i];
            var isPlain = change.Kind switch
            {
                ChangeKind.Set => true,
                ChangeKind.Remove => !clears,
                ChangeKind.Increment => !clears && PlannedKey.CanAdd(guess(change.Key)?.Value, change.Operand),
                _ => false,
            };
            if (!isPlain || !names.Add(change.Key) || (clears && change.Precondition.Kind != PreconditionKind.None))
            {
                return null;
            }

            long? expected = null;
            switch (change.Precondition.Kind)
            {
                case PreconditionKind.None:
                    break;
                case PreconditionKind.Absent:
                    expected = 0;
                    break;
                case PreconditionKind.RevisionIs:
                    expected = change.Precondition.Revision;
                    break;
                default:
                    return null;
            }

            keys.Add(change.Kind switch
            {
                ChangeKind.Set => PlannedKey.Set(change.Key, expected, change.Operand),
                ChangeKind.Increment => PlannedKey.Add(change.Key, expected, change.Operand),
                _ => PlannedKey.Remove(change.Key, expected),
            });
        }

        return new CommitPlan(clears ? "clear" : "", changes.Any(static change => ReturnsValueBefore(change.Kind)), keys, null)
        {
            CanNeedEntries = changes.Any(static change => change.Kind == ChangeKind.Increment),
        };
    }

    /// <summary>Works a commit out.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="entries">The entries of its keys; null for a missing one. All keys of the namespace where the commit names none of them.</param>
    /// <param name="limits">The limits of the state.</param>
    /// <exception cref="FaultException">The commit is refused: Conflict, InvalidArgument, KeyNotFound or ValueTooLarge.</exception>
    public static CommitPlan FromEntries(CommitRequest request, IReadOnlyDictionary<string, Entry?> entries, StoreOptions limits)
    {
        var draft = new Draft(
            key => entries.GetValueOrDefault(key)?.Value,
            key => entries.GetValueOrDefault(key)?.Revision ?? 0,
            () => entries.Where(static pair => pair.Value is not null).Select(static pair => pair.Key),
            request.Namespace,
            limits.For(request.Namespace),
            request.Force);
        var results = request.Changes.Select(change => draft.Apply(change)).ToArray();
        if (request.Changes.Any(static change => change.Kind == ChangeKind.RemoveNamespace))
        {
            throw CommitExecutor.NotTheOnlyChange(request.Namespace);
        }

        var changes = draft.Changes().ToDictionary(static change => change.Key, static change => change.After, StringComparer.Ordinal);
        var keys = entries.Select(pair =>
        {
            var expected = pair.Value?.Revision ?? 0;
            return !changes.TryGetValue(pair.Key, out var after) ? PlannedKey.Keep(pair.Key, expected)
                : after is { } value ? PlannedKey.Set(pair.Key, expected, value)
                : PlannedKey.Remove(pair.Key, expected);
        }).ToList();
        keys.AddRange(changes.Where(pair => !entries.ContainsKey(pair.Key)).Select(static pair => PlannedKey.Set(pair.Key, 0, pair.Value!.Value)));
        return new CommitPlan("", false, keys, results);
    }

    /// <summary>The keys of a commit, each once; null when the commit may touch any key of the namespace.</summary>
    public static IReadOnlyList<string>? KeysOf(CommitRequest request) =>
        request.Changes.All(static change => change.HasKey) ? [.. request.Changes.Select(static change => change.Key).Distinct(StringComparer.Ordinal)] : null;

    /// <summary>Whether the script may leave the work to this process after all: then no later commit may come before this one.</summary>
    public bool CanNeedEntries { get; private init; }

    /// <summary>The keys that the engine answers for when the entries were not as expected, in order.</summary>
    public IEnumerable<string> Keys => _keys.Select(static key => key.Key);

    /// <summary>The revisions that the engine had instead of those that the plan expects, without the values.</summary>
    public Dictionary<string, Entry?> RevisionsOf(in RedisReply reply)
    {
        var revisions = new Dictionary<string, Entry?>(StringComparer.Ordinal);
        var at = 2;
        foreach (var key in Keys)
        {
            revisions[key] = reply.Bytes(at++) is { } bytes ? new Entry(ValueCodec.Encode(null), BinaryPrimitives.ReadInt64BigEndian(bytes), default) : null;
        }

        return revisions;
    }

    /// <summary>The script's arguments.</summary>
    /// <param name="request">The commit.</param>
    /// <param name="turn">The turn that it is made in; 0 for none.</param>
    /// <param name="endsTurn">Whether it ends the turn.</param>
    /// <param name="limits">The limits of the state.</param>
    /// <param name="wantsUpdate">Whether the answer has to hold the update, for a copy of the namespace.</param>
    public CommitArguments Arguments(CommitRequest request, long turn, bool endsTurn, StoreOptions limits, bool wantsUpdate)
    {
        var own = limits.For(request.Namespace);
        var isOutput = request.Namespace.StartsWith(KeyName.OutputPrefix, StringComparison.Ordinal);
        var arguments = new RedisValue[16 + (3 * _keys.Count)];
        arguments[3] = request.Namespace;
        arguments[4] = turn;
        arguments[5] = endsTurn ? "1" : "0";
        arguments[6] = request.Force ? "1" : "0";
        arguments[7] = Mode;
        arguments[8] = WantsValuesBefore ? "1" : "0";
        arguments[9] = own.MaximumUpdates;
        arguments[10] = own.MaximumUpdateBytes;
        arguments[11] = own.MinimumUpdates;
        arguments[12] = isOutput ? RemovedOutputSeconds : RemovedSeconds;
        arguments[13] = RedisKeys.Text(request.Source.Id);
        arguments[14] = RedisFormat.Write(request.Source);
        arguments[15] = wantsUpdate ? "1" : "0";
        var at = 16;
        var expectations = new List<int>();
        foreach (var key in _keys)
        {
            arguments[at++] = key.Key;
            if (_results is not null)
            {
                expectations.Add(at);
            }

            arguments[at++] = key.Expected;
            arguments[at++] = key.Action;
        }

        return new CommitArguments(arguments, [.. expectations]);
    }

    /// <summary>The update that the commit made; null when there was none, when the answer does not hold it, or when it is large.</summary>
    public static StampedUpdate? UpdateOf(in RedisReply reply) => reply.Bytes(4) is { Length: > 0 } bytes ? RedisFormat.ReadUpdate(bytes) : null;

    /// <summary>The result of the commit, from the script's answer.</summary>
    public CommitResult ResultOf(CommitRequest request, in RedisReply reply)
    {
        var results = _results ?? (Mode == "pop"
            ? [new KeyChange(reply.Text(5), new EncodedValue(reply.Bytes(6) ?? throw RedisReply.Malformed()), null)]
            : PlainResults(request, reply));
        return new CommitResult(reply.Text(1) == "1", reply.Number(2), reply.Number(3), results);
    }

    private static bool ReturnsValueBefore(ChangeKind kind) => kind is ChangeKind.Remove or ChangeKind.Increment;

    private static KeyChange[] PlainResults(CommitRequest request, in RedisReply reply)
    {
        var results = new KeyChange[request.Changes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var change = request.Changes[i];
            var before = ReturnsValueBefore(change.Kind) && reply.Bytes(5 + i) is { } bytes ? new EncodedValue(bytes) : (EncodedValue?)null;
            var after = change.Kind == ChangeKind.Increment ? NumberAddition.Add(before, change.Operand) : (EncodedValue?)null;
            results[i] = new KeyChange(change.HasKey ? change.Key : "", before, after);
        }

        return results;
    }
}
