using System.Buffers.Binary;
using System.Diagnostics;
using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// A client's membership in a context on an engine. Its thread gives signs of life, joins again after a loss, and cleans up after
/// clients that are gone: the engine itself runs no code of ZProc but the scripts.
/// </summary>
internal sealed class RedisSession : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);

    private readonly RedisAddress _address;
    private readonly RedisLink _link;
    private readonly CancellationTokenSource _closed = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly RedisReplicas _replicas;
    private readonly DepartedClients _departed;
    private readonly Heartbeat _heartbeat;
    private readonly EngineReturn _return;
    private Thread? _thread;
    private long _lostSince; // timestamp; 0 while the engine answers. The thread's own
    private int _missed; // whether messages of channels may be missing
    private volatile bool _isLeaving;
    private int _disposed;

    private RedisSession(RedisAddress address, RedisLink link, Guid id)
    {
        _address = address;
        _link = link;
        Id = id;
        Keys = new RedisKeys(address.Context, id);
        Confirmation = new ReplicaConfirmation(address, link);
        Requests = new RequestChannel(link, Keys.Client, Confirmation.IsDemanded) { Settled = () => _wake.Set() };
        Questions = new EngineQuestions(link, Keys, ThrowIfEnded, Requests.Suspend);
        Reader = new RedisReader(link, Keys, Sequence, Questions);
        Membership = new Membership(address, link, Keys, Sequence);
        _departed = new DepartedClients(Questions, Keys);
        Turns = new RedisTurns(Requests, Questions, Keys);
        var copying = new EngineQuestions(link, Keys, ThrowIfEnded, Requests.Suspend); // by itself it keeps no session from trying on
        _replicas = new RedisReplicas(this, copying, new RedisReader(link, Keys, Sequence, copying));
        _heartbeat = new Heartbeat(link, this, _departed);
        _return = new EngineReturn(link, this, address);
        Reader.Noted = Note;
        link.Failed = () =>
        {
            _replicas.NoteLoss();
            Requests.Suspend();
        };
        link.Restored = () =>
        {
            Interlocked.Exchange(ref _missed, 1);
            _wake.Set();
        };
    }

    /// <summary>The client's id.</summary>
    public Guid Id { get; }

    /// <summary>The names of the context's keys.</summary>
    public RedisKeys Keys { get; }

    /// <summary>The requests that change something.</summary>
    public RequestChannel Requests { get; }

    /// <summary>Asks the engine.</summary>
    public EngineQuestions Questions { get; }

    /// <summary>Reads the state.</summary>
    public RedisReader Reader { get; }

    /// <summary>The client's turns.</summary>
    public RedisTurns Turns { get; }

    /// <summary>The copies of namespaces.</summary>
    public RedisReplicas Replicas => _replicas;

    /// <summary>The newest sequence that this process knows of.</summary>
    public EngineSequence Sequence { get; } = new();

    /// <summary>Waits for replicas of the engine, where the address demands it.</summary>
    public ReplicaConfirmation Confirmation { get; }

    /// <summary>The state that this client is a member of.</summary>
    public Membership Membership { get; }

    /// <summary>The limits of the state.</summary>
    public StoreOptions Limits => Membership.Limits;

    /// <summary>Signalled when the session has ended.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Why the session has ended; null while it has not.</summary>
    public FaultException? Failure { get; private set; }

    /// <summary>
    /// Called after this client was away for so long that the others had struck it off, and after the engine has lost commits of this
    /// client. It must only signal.
    /// </summary>
    public Action? Forgotten { get; set; }

    /// <summary>Cleans up after a client that is gone. Called on a thread of its own.</summary>
    public Action<Guid>? Departed
    {
        set => _departed.CleanUp = value;
    }

    /// <summary>The error of what this session asks for after it has left.</summary>
    public static FaultException HasLeft() => new(Fault.ContextStopped, "This session has left the context. Connect to it again.");

    /// <summary>Connects and joins.</summary>
    /// <exception cref="FaultException">CannotConnect.</exception>
    public static RedisSession Open(RedisAddress address, Guid id, Deadline deadline, CancellationToken cancellation)
    {
        var link = RedisLink.Open(address, deadline, cancellation);
        var session = new RedisSession(address, link, id);
        try
        {
            var begin = session.BeginAsync();
            PendingReply.Wait(begin, deadline, static () => true, $"the engine at {address.Endpoint}", cancellation);
            session._thread = BackgroundThread.Start(session.Run, "ZProc engine");
            return session;
        }
        catch (Exception exception)
        {
            session.Dispose();
            if (exception is FaultException { Fault: not Fault.Timeout } or OperationCanceledException)
            {
                throw;
            }

            throw new FaultException(
                Fault.CannotConnect, $"The engine at {address.Endpoint} cannot be used. {RedisFaults.Describe(exception).Message}", address.Endpoint, exception);
        }
    }

    /// <summary>The entries that keys probably have.</summary>
    public IReadOnlyDictionary<string, Entry?> GuessEntries(string ns, IReadOnlyList<string> keys) =>
        keys.ToDictionary(static key => key, key => GuessEntry(ns, key), StringComparer.Ordinal);

    /// <summary>The entry that a key probably has; null for none that this session knows of.</summary>
    public Entry? GuessEntry(string ns, string key) => _replicas.Guess(ns, key) ?? Reader.Recent.Find(ns, key);

    /// <summary>Notes what a commit has made.</summary>
    public void Note(CommitRequest request, CommitResult result)
    {
        Sequence.Observe(result.Sequence);
        foreach (var change in result.Results)
        {
            if (change.Key.Length > 0)
            {
                Reader.Recent.Note(request.Namespace, change.Key, result.Changed && change.After is { } value ? new Entry(value, result.Revision, DateTime.UtcNow) : null);
            }
        }
    }

    /// <summary>Notes what an answer told of a namespace.</summary>
    public void Note(string ns, long revision, long sequence)
    {
        Sequence.Observe(sequence);
        _replicas.Confirm(ns, revision, sequence);
    }

    /// <summary>Leaves the context for good, where the engine answers. Else the other members clean up after this client.</summary>
    public void Leave()
    {
        if (Failure is null && _thread is not null)
        {
            _isLeaving = true; // a sign of life from now on would make this client a member again
            try
            {
                Questions.RunAsync(RedisScript.End, Keys.State, Keys.Client, "1").Wait(EndBound);
            }
            catch (AggregateException fault)
            {
                ZProcEventSource.Log.FaultCaught(nameof(RedisSession), fault);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        End(
            HasLeft(),
            new FaultException(
                Fault.ConnectionLost,
                "This session left the context before the engine had answered, so the outcome of this write is unknown. Read the state before you write again."));
        _wake.Set();
        if (_thread is { } thread && thread != Thread.CurrentThread)
        {
            thread.Join();
        }

        _link.Dispose();
    }

    private async Task<object?> BeginAsync()
    {
        await EngineCheck.RunAsync(_link, _address).ConfigureAwait(false);
        var grants = await Questions.SubscribeAsync(Keys.Grants).ConfigureAwait(false);
        grants.OnMessage(message => Turns.Tickets.Settle(BinaryPrimitives.ReadInt64BigEndian((byte[])message.Message!), granted: true));
        Requests.BeginResume();
        while (Requests.TryResume((await Membership.JoinAsync(RedisValue.EmptyString).ConfigureAwait(false)).Last, isKnown: true, out _) is { } place)
        {
            await Membership.JoinAsync(place).ConfigureAwait(false);
        }

        return null;
    }

    private void Run()
    {
        var next = Deadline.After(WireLimits.HeartbeatInterval);
        while (!_closed.IsCancellationRequested)
        {
            if (_lostSince != 0)
            {
                _closed.Token.WaitHandle.WaitOne(RetryDelay); // each attempt that fails signals the loss again
            }
            else
            {
                _wake.WaitOne(next.Remaining);
            }

            if (_closed.IsCancellationRequested || _isLeaving)
            {
                return;
            }

            try
            {
                if (Requests.NeedsResume)
                {
                    if (_return.Run(_closed.Token))
                    {
                        Forgotten?.Invoke();
                    }
                }
                else if (next.Passed)
                {
                    next = Deadline.After(WireLimits.HeartbeatInterval);
                    _heartbeat.Give(_closed.Token);
                }

                if (Interlocked.Exchange(ref _missed, 0) != 0)
                {
                    _replicas.Resume();
                }

                _lostSince = 0;
            }
            catch (FaultException fault)
            {
                End(fault);
            }
            catch (Exception exception) when (RedisFaults.IsPassing(exception))
            {
                NoteLoss(exception);
            }
            catch (Exception exception) when (RedisFaults.IsShortage(exception))
            {
                next = Deadline.After(RetryDelay); // a refusal signals nothing
                NoteShortage(exception);
            }
#pragma warning disable CA1031 // a fault of our own ends the session, with an error for each caller, and not the process
            catch (Exception exception)
#pragma warning restore CA1031
            {
                End(new FaultException(Fault.ConnectionLost, $"The session with {_address.Endpoint} failed: {RedisFaults.Describe(exception).Message} Connect again.", _address.Endpoint, exception));
            }
        }
    }

    /// <summary>Notes that the engine is away. Work that needs it waits for a bounded time only.</summary>
    private void NoteLoss(Exception exception)
    {
        ZProcEventSource.Log.FaultCaught(nameof(RedisSession), exception);
        Requests.Suspend();
        if (_lostSince == 0 || !(Requests.HasPending || Questions.AnyWaits || Turns.Tickets.Any || _replicas.AnyIsWanted))
        {
            _lostSince = Stopwatch.GetTimestamp();
            ZProcEventSource.Log.ConnectionLost(_address.Endpoint, exception.Message);
        }
        else if (Stopwatch.GetElapsedTime(_lostSince) > WireLimits.RestartTimeout)
        {
            End(new FaultException(
                Fault.ConnectionLost, $"The engine at {_address.Endpoint} is gone. A write without a reply may or may not have been made.", _address.Endpoint, exception));
        }
    }

    /// <summary>Notes that the engine answers and takes no writes. Those that it cannot have made fail; reads and watches go on.</summary>
    private void NoteShortage(Exception exception)
    {
        if (Requests.Refuse(RedisFaults.Describe(exception)))
        {
            NoteLoss(exception); // only an engine that takes writes tells what became of the others
            return;
        }

        ZProcEventSource.Log.FaultCaught(nameof(RedisSession), exception);
        _lostSince = 0;
    }

    private void ThrowIfEnded()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }

    private void End(FaultException reason, FaultException? unsure = null)
    {
        if (Failure is not null)
        {
            return;
        }

        Failure = reason;
        ZProcEventSource.Log.ConnectionEnded(_address.Endpoint, reason.Message);
        Requests.End(reason, unsure);
        Turns.Tickets.End(reason);
        _replicas.Followed.End(reason);
        _closed.Cancel();
    }
}
