using ZProc.Core.Client;
using ZProc.Core.State;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Engines;

/// <summary>
/// Commits that one client makes in groups, each of which sets a key of its own and increments a counter. Whether a commit was made is
/// then to be seen in the history.
/// </summary>
internal sealed class NumberedCommits
{
    public const string Counter = "n";

    private const int InFlight = 10;

    private readonly IClient _client;
    private readonly string _name;
    private readonly List<(string Key, Task<CommitResult> Reply)> _replies = [];
    private int _acknowledged;

    /// <param name="client">The client.</param>
    /// <param name="name">Which no other one has.</param>
    public NumberedCommits(IClient client, string name)
    {
        _client = client;
        _name = name;
    }

    /// <summary>How many commits have been acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>How many commits are unknown: the client said that it lost the connection.</summary>
    public int Unknown => _replies.Count - _acknowledged;

    /// <summary>Makes a number of commits.</summary>
    public void Make(int count)
    {
        while (_replies.Count < count)
        {
            var group = Enumerable.Range(_replies.Count, Math.Min(InFlight, count - _replies.Count)).Select(Begin).ToArray();
            _replies.AddRange(group);
            foreach (var (_, reply) in group)
            {
                Await(reply);
            }
        }
    }

    /// <summary>Checks that each acknowledged commit was made once and in the order of the calls, and each unknown one at most once.</summary>
    public void Check(IReadOnlyList<Update> updates)
    {
        var made = updates.SelectMany(update => update.Changes.Select(change => (change.Key, update.Revision)))
            .Where(change => change.Key.StartsWith($"{_name} ", StringComparison.Ordinal)).ToLookup(change => change.Key, change => change.Revision);
        var last = 0L;
        foreach (var (key, reply) in _replies)
        {
            Assert.InRange(made[key].Count(), reply.IsCompletedSuccessfully ? 1 : 0, 1);
            if (reply.IsCompletedSuccessfully)
            {
                Assert.Equal(made[key].Single(), reply.Result.Revision);
                Assert.True(reply.Result.Revision > last);
                last = reply.Result.Revision;
            }
        }
    }

    /// <summary>Checks that the history has no gap and that its counter counts its updates.</summary>
    public static void CheckCounter(IReadOnlyList<Update> updates)
    {
        Assert.Equal(Enumerable.Range(1, updates.Count).Select(number => (long)number), updates.Select(update => update.Revision));
        var counts = updates.Select(update => update.Changes.Single(change => change.Key == Counter).After!.Value.Plain());
        Assert.Equal(Enumerable.Range(1, updates.Count).Cast<object?>(), counts);
    }

    private (string Key, Task<CommitResult> Reply) Begin(int number)
    {
        var key = $"{_name} {number}";
        Change[] changes = [new(ChangeKind.Set, key, V(number)), new(ChangeKind.Increment, Counter, V(1))];
        try
        {
            return (key, _client.CommitAsync(new CommitRequest(Ns, Tester, changes)));
        }
        catch (FaultException fault)
        {
            return (key, Task.FromException<CommitResult>(fault));
        }
    }

    private void Await(Task<CommitResult> reply)
    {
        try
        {
            reply.WaitAsync(Soon).GetAwaiter().GetResult();
            Interlocked.Increment(ref _acknowledged);
        }
        catch (FaultException fault) when (fault.Fault == Fault.ConnectionLost)
        {
            // Unknown: the check permits both.
        }
    }
}
