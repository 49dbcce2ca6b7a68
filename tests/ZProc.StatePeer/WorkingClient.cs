using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.StatePeer;

/// <summary>A client that carries out steps and writes down its observations.</summary>
internal sealed class WorkingClient
{
    private const int InFlight = 60;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly IClient _client;
    private readonly int _number;
    private readonly IReadOnlyList<string> _spaces;
    private readonly Source _source;
    private readonly Dictionary<(string Namespace, string Key), Entry> _known = [];
    private readonly List<(Observation Begun, Task<CommitResult> Reply)> _inFlight = [];
    private long _acknowledged;
    private int _begun;
    private int _turns;

    public WorkingClient(IClient client, int number, IReadOnlyList<string> spaces)
    {
        _client = client;
        _number = number;
        _spaces = spaces;
        _source = new Source(client.Id, NameOf(number), Environment.ProcessId);
    }

    /// <summary>The observations, in order.</summary>
    public List<Observation> Log { get; } = [];

    /// <summary>How many operations the client has begun.</summary>
    public int Begun => _begun;

    // The client has seen all acknowledged commits, whatever sequence it reports.
    private long Seen => Math.Max(_client.ObservedSequence, _acknowledged);

    /// <summary>The name under which a client commits.</summary>
    public static string NameOf(int number) => $"client {number}";

    /// <summary>Carries out a step with all its operations.</summary>
    public void Perform(Step step) => Perform(step, null);

    /// <summary>Waits for all outcomes.</summary>
    public void Drain()
    {
        foreach (var (begun, reply) in _inFlight)
        {
            Note(begun, () => reply.GetAwaiter().GetResult());
        }

        _inFlight.Clear();
    }

    /// <summary>Reads all, at least as new as a sequence.</summary>
    public void ReadAll(long sequence)
    {
        _client.Observe(sequence);
        _acknowledged = Math.Max(_acknowledged, sequence);
        for (var space = 0; space < _spaces.Count; space++)
        {
            Perform(new ReadStep(space, null, Fresh: false));
        }
    }

    private void Perform(Step step, Turn? turn)
    {
        switch (step)
        {
            case CommitStep commit:
                Commit(commit, turn?.Id ?? 0, InTurn(step, turn), endTurn: false);
                break;
            case ReadStep read:
                Read(read.Space, read.Key, read.Fresh, InTurn(step, turn));
                break;
            case TurnStep exclusive:
                TakeTurn(exclusive);
                break;
        }
    }

    private int InTurn(Step step, Turn? turn) => turn?.Namespace == _spaces[step.Space] ? _turns : 0;

    private bool Commit(CommitStep step, long turn, int turnNumber, bool endTurn)
    {
        var ns = _spaces[step.Space];
        if (step.ReadsFirst && step.Changes[0] is { Condition: ConditionKind.KnownRevision or ConditionKind.KnownValue, Key: { Length: 1 } key })
        {
            Read(step.Space, key, fresh: false, turnNumber);
        }

        var changes = step.Changes.Select(change => change.Resolve(_known.TryGetValue((ns, change.Key), out var entry) ? entry : null)).ToArray();
        var request = new CommitRequest(ns, _source, changes, turn, endTurn, step.Force);
        var begun = Begin(ObservationKind.Commit, ns) with { Turn = turnNumber, Request = request, Hurried = step.Pace == Pace.Hurried };
        if (step.Pace != Pace.Pipelined)
        {
            return Note(begun, () => _client.Commit(request, step.Pace == Pace.Hurried ? Deadline.After(Moment) : Deadline.Never));
        }

        Task<CommitResult> reply;
        try
        {
            reply = _client.CommitAsync(request);
        }
        catch (FaultException fault)
        {
            reply = Task.FromException<CommitResult>(fault);
        }

        _inFlight.Add((begun, reply));
        if (_inFlight.Count == InFlight)
        {
            Drain();
        }

        return true;
    }

    private void Read(int space, string? key, bool fresh, int turnNumber)
    {
        var ns = _spaces[space];
        var begun = Begin(key is null ? ObservationKind.Snapshot : ObservationKind.Get, ns) with { Turn = turnNumber };
        if (key is null)
        {
            var snapshot = _client.GetSnapshot(ns, fresh);
            Log.Add(begun with { Snapshot = snapshot, After = Seen });
            return;
        }

        var entry = _client.Get(ns, key, fresh);
        Log.Add(begun with { Key = key, Entry = entry, After = Seen });
        if (entry is { } present)
        {
            _known[(ns, key)] = present;
        }
        else
        {
            _known.Remove((ns, key));
        }
    }

    private void TakeTurn(TurnStep step)
    {
        var ns = _spaces[step.Space];
        var begun = Begin(ObservationKind.TurnBegin, ns);
        var turn = _client.AcquireTurn(ns, _source);
        _turns++;
        Log.Add(begun with { Turn = _turns, Revision = turn.Revision, After = Seen });
        for (var i = 0; i < step.Inside.Count; i++)
        {
            if (step.EndsWithCommit && i == step.Inside.Count - 1 && step.Inside[i] is CommitStep last)
            {
                if (Commit(last, turn.Id, _turns, endTurn: true))
                {
                    turn.Ended();
                }
            }
            else
            {
                Perform(step.Inside[i], turn);
            }
        }

        turn.Dispose();
        if (step.TriesAgain)
        {
            var change = new PlannedChange(ChangeKind.Set, "x", "too late");
            Commit(new CommitStep(step.Space, [change], true, Pace.Waiting, false), turn.Id, 0, endTurn: false);
        }
    }

    private Observation Begin(ObservationKind kind, string ns) => new(_number, _begun++, kind, ns) { Before = Seen };

    private bool Note(Observation begun, Func<CommitResult> outcome)
    {
        try
        {
            var result = outcome();
            _acknowledged = Math.Max(_acknowledged, result.Sequence);
            Log.Add(begun with { Result = result, After = Seen });
            return true;
        }
        catch (FaultException fault)
        {
            Log.Add(begun with { Fault = fault, After = Seen });
            return false;
        }
    }
}
