using ZProc.Core;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.StatePeer;

/// <summary>
/// A client that writes, takes turns and watches until it is told to end, whatever happens to its connection. It counts what it was
/// told, and notes what it should never see.
/// </summary>
internal sealed class EnduringClient
{
    /// <summary>The namespace of the writes: each increments the client's own key and <see cref="Sum"/>.</summary>
    public const string Writes = "writes";

    /// <summary>The key that each write of each client increments.</summary>
    public const string Sum = "sum";

    /// <summary>The namespace in which clients take turns: each sets <see cref="Holder"/> in its first commit, and removes it in its last one.</summary>
    public const string Turns = "turns";

    /// <summary>The key with the name of the client that has the turn.</summary>
    public const string Holder = "holder";

    /// <summary>The key that each turn increments in its last commit.</summary>
    public const string Done = "done";

    private const int InFlight = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2); // leaves time to others
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IClient _client;
    private readonly Source _source;
    private readonly EnduranceReport _report;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _watchEnding = new();
    private readonly Thread _working;
    private readonly Thread _watching;
    private long _lastSequence;
    private long _lastWatched;

    public EnduringClient(IClient client, string name)
    {
        _client = client;
        _source = new Source(Guid.NewGuid(), name, Environment.ProcessId);
        _report = new EnduranceReport { Name = name };
        _client.Forgotten = () => _report.Forgotten++;
        _working = new Thread(() => Run(Work)) { IsBackground = true };
        _watching = new Thread(() => Run(Watch)) { IsBackground = true };
    }

    public void Start()
    {
        _working.Start();
        _watching.Start();
    }

    /// <summary>Ends the work, and the watch once it has seen all.</summary>
    public EnduranceReport End()
    {
        _ending.Cancel();
        _working.Join();
        if (_client.Failure is null)
        {
            var last = _client.Summarize(Writes, fresh: true).Revision;
            if (!SpinWait.SpinUntil(() => Interlocked.Read(ref _lastWatched) >= last || !_watching.IsAlive, Patience))
            {
                Add($"the watch saw no more than revision {_lastWatched} of {last}");
            }
        }

        _watchEnding.Cancel();
        _watching.Join();
        _report.Watched = _lastWatched;
        _report.Failure = _client.Failure?.Message;
        _client.Dispose();
        return _report;
    }

    private void Run(Action part)
    {
        try
        {
            part();
        }
        catch (OperationCanceledException)
        {
            // The test ends.
        }
        catch (FaultException fault) when (fault.Fault == Fault.ConnectionLost && _client.Failure is not null)
        {
            // The report tells that the session has ended.
        }
#pragma warning disable CA1031 // the test is told
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Add(exception.ToString());
        }
    }

    private void Work()
    {
        while (!_ending.IsCancellationRequested)
        {
            var replies = new Task<CommitResult>[InFlight];
            for (var i = 0; i < InFlight; i++)
            {
                replies[i] = _client.CommitAsync(new CommitRequest(Writes, _source, [Increment(_source.Name), Increment(Sum)]));
            }

            foreach (var reply in replies)
            {
                Note(reply);
            }

            TakeTurn();
            _ending.Token.WaitHandle.WaitOne(Pause);
        }
    }

    private void Note(Task<CommitResult> reply)
    {
        try
        {
            var result = reply.GetAwaiter().GetResult();
            _report.Written++;
            if (result.Sequence <= _lastSequence)
            {
                Add($"a write has sequence {result.Sequence}, and an earlier one {_lastSequence}");
            }

            _lastSequence = result.Sequence;
        }
        catch (FaultException fault) when (fault.Fault == Fault.ConnectionLost)
        {
            _report.Unknown++;
        }
    }

    private void TakeTurn()
    {
        using var turn = _client.AcquireTurn(Turns, _source, Deadline.Never, _ending.Token);
        var isLast = false;
        try
        {
            Check(turn, 1, _client.Commit(new CommitRequest(Turns, _source, [new Change(ChangeKind.Set, Holder, ValueCodec.Encode(_source.Name))], turn.Id, Force: true)));
            isLast = true;
            Check(turn, 2, _client.Commit(new CommitRequest(Turns, _source, [new Change(ChangeKind.Remove, Holder), Increment(Done)], turn.Id, EndTurn: true)));
            turn.Ended();
            _report.Turns++;
        }
        catch (FaultException fault) when (fault.Fault == Fault.TurnLost)
        {
            _report.TurnsLost++;
        }
        catch (FaultException fault) when (fault.Fault == Fault.ConnectionLost)
        {
            _report.TurnsUnknown += isLast ? 1 : 0;
        }
    }

    private void Check(Turn turn, int number, CommitResult result)
    {
        if (result.Revision != turn.Revision + number)
        {
            Add($"commit {number} in the turn of revision {turn.Revision} made revision {result.Revision}: somebody else had the turn, too");
        }
    }

    private void Watch()
    {
        while (true)
        {
            try
            {
                WatchUntilCompacted();
            }
            catch (FaultException fault) when (fault.Fault == Fault.Compacted)
            {
                _report.Compacted++; // others wrote more than the history keeps while this client was away
            }
        }
    }

    private void WatchUntilCompacted()
    {
        using var watch = _client.Watch(new WatchOptions { Namespace = Writes });
        Interlocked.Exchange(ref _lastWatched, watch.StartRevision);
        var revision = 0L;
        while (watch.Read(Deadline.Never, _watchEnding.Token) is { } update)
        {
            if (revision != 0 && update.Revision != revision + 1)
            {
                Add($"the watch saw revision {update.Revision} after {revision}");
            }

            if (update.Changes.Count != 2)
            {
                Add($"revision {update.Revision} is half a write");
            }

            revision = update.Revision;
            Interlocked.Exchange(ref _lastWatched, revision);
        }
    }

    private void Add(string violation)
    {
        lock (_report)
        {
            _report.Violations.Add($"{_report.Name}: {violation}");
        }
    }

    private static Change Increment(string key) => new(ChangeKind.Increment, key, ValueCodec.Encode(1));
}
