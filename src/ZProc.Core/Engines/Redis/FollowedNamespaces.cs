using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>
/// The namespaces of which this process has copies: how a copy begins and ends. It is subscribed to the namespace's channel first and read
/// then, so nothing is missed.
/// </summary>
internal sealed class FollowedNamespaces
{
    private readonly RedisSession _session;
    private readonly RedisReplicas _owner;
    private readonly EngineQuestions _questions;
    private readonly RedisReader _reader;
    private readonly Dictionary<string, RedisReplica> _replicas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<RedisReplica>> _following = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _reads = new(StringComparer.Ordinal);
    private long _lastRead;

    /// <param name="session">The membership.</param>
    /// <param name="owner">Keeps the copies current.</param>
    /// <param name="questions">Asks the engine for copies, whether anybody waits for them or not.</param>
    /// <param name="reader">What the questions are about.</param>
    public FollowedNamespaces(RedisSession session, RedisReplicas owner, EngineQuestions questions, RedisReader reader)
    {
        _session = session;
        _owner = owner;
        _questions = questions;
        _reader = reader;
    }

    /// <summary>Guards every copy and its watches.</summary>
    public object Gate { get; } = new();

    /// <summary>The copies. The caller holds the gate.</summary>
    public IReadOnlyCollection<RedisReplica> All => _replicas.Values;

    /// <summary>Whether a watch is open.</summary>
    public bool AnyIsWatched
    {
        get
        {
            lock (Gate)
            {
                return _replicas.Values.Any(static replica => replica.Data.Feed.IsWatched);
            }
        }
    }

    /// <summary>The namespaces that have copies.</summary>
    public IReadOnlyList<string> Names()
    {
        lock (Gate)
        {
            return [.. _replicas.Keys];
        }
    }

    /// <summary>Whether there is a copy of a namespace.</summary>
    public bool Has(string ns)
    {
        lock (Gate)
        {
            return _replicas.ContainsKey(ns);
        }
    }

    /// <summary>How much of a large namespace has arrived, of which a copy begins.</summary>
    public Transfer ArrivedOf(string ns) => _reader.ArrivedOf(ns);

    /// <summary>The copy of a namespace; null when there is none. The caller holds the gate.</summary>
    public RedisReplica? Find(string ns) => _replicas.GetValueOrDefault(ns);

    /// <summary>Whether a copy is that of its namespace, and was not dropped. The caller holds the gate.</summary>
    public bool IsKept(RedisReplica replica) => Find(replica.Data.Name) == replica;

    /// <summary>The copy of a namespace that is about to be read. Without one the read counts: enough of them begin a copy. The caller holds the gate.</summary>
    public RedisReplica? CountRead(string ns)
    {
        if (_replicas.TryGetValue(ns, out var replica))
        {
            replica.Replica.NoteRead(++_lastRead);
            return replica;
        }

        if (_reads.Count >= Client.Replicas.MaximumCounted)
        {
            _reads.Clear();
        }

        var reads = _reads.GetValueOrDefault(ns) + 1;
        _reads[ns] = reads;
        if (reads == Client.Replicas.ReadsBeforeReplica)
        {
            _ = FollowAsync(ns); // for later reads
        }

        return null;
    }

    /// <summary>The copy of a namespace, made if there is none.</summary>
    public Task<RedisReplica> FollowAsync(string ns)
    {
        lock (Gate)
        {
            if (_replicas.TryGetValue(ns, out var replica))
            {
                return Task.FromResult(replica);
            }

            if (!_following.TryGetValue(ns, out var following))
            {
                following = BeginFollowingAsync(ns);
                if (!following.IsCompleted)
                {
                    _following.Add(ns, following);
                }
            }

            return following;
        }
    }

    /// <summary>Ends a copy that has no watch, and would cost more than it is worth. The caller holds the gate.</summary>
    public void DropIfUnused(RedisReplica replica)
    {
        if (!replica.Data.Feed.IsWatched)
        {
            Drop(replica);
        }
    }

    /// <summary>Ends a copy that cannot be kept current, and its watches. The caller holds the gate.</summary>
    public void Fail(RedisReplica replica, FaultException reason)
    {
        if (IsKept(replica))
        {
            Drop(replica);
            replica.Data.Feed.Fail(reason);
        }
    }

    /// <summary>Ends every copy and its watches.</summary>
    public void End(FaultException reason)
    {
        lock (Gate)
        {
            foreach (var replica in _replicas.Values)
            {
                replica.Data.Feed.Fail(reason);
            }

            _replicas.Clear();
        }
    }

    private async Task<RedisReplica> BeginFollowingAsync(string ns)
    {
        await Task.Yield(); // so that the caller has noted this task
        ChannelMessageQueue? messages = null;
        try
        {
            messages = await _questions.SubscribeAsync(_session.Keys.Updates(ns)).ConfigureAwait(false);
            var early = new List<ChannelMessage>();
            RedisReplica? replica = null;
            messages.OnMessage(message =>
            {
                lock (Gate)
                {
                    if (replica is null)
                    {
                        early.Add(message);
                    }
                    else
                    {
                        _owner.OnMessage(replica, message.Message);
                    }
                }
            });
            long doubts;
            lock (Gate)
            {
                doubts = _owner.Doubts;
            }

            var loaded = await _reader.LoadAsync(ns, CancellationToken.None).ConfigureAwait(false);
            lock (Gate)
            {
                if (_session.Failure is { } failure)
                {
                    throw failure; // the copies have ended, and nobody would end this one
                }

                var data = new NamespaceData(ns, Gate, _session.Limits, loaded.Entries, loaded.Revision);
                replica = new RedisReplica(data, loaded.Stamp, loaded.Sequence, messages);
                data.Feed.Unwatched = Trim;
                replica.Replica.NoteRead(++_lastRead);
                _replicas.Add(ns, replica);
                _reads.Remove(ns);
                _following.Remove(ns);
                if (_owner.Doubts != doubts)
                {
                    _owner.Doubt(replica); // a connection ended while it was read
                }

                foreach (var message in early)
                {
                    _owner.OnMessage(replica, message.Message);
                }

                Trim();
                return replica;
            }
        }
        catch
        {
            lock (Gate)
            {
                _following.Remove(ns);
                _reads.Remove(ns);
            }

            messages?.Unsubscribe(CommandFlags.FireAndForget);
            throw;
        }
    }

    /// <summary>Drops the copies without a watch that were read the longest ago, beyond the number that is kept. The caller holds the gate.</summary>
    private void Trim()
    {
        var unused = _replicas.Values.Where(static replica => !replica.Data.Feed.IsWatched).ToList();
        foreach (var replica in unused.OrderByDescending(static replica => replica.Replica.LastRead).Skip(Client.Replicas.MaximumUnwatched))
        {
            Drop(replica);
        }
    }

    /// <summary>Ends a copy. One that was dropped before may have a successor by now. The caller holds the gate.</summary>
    private void Drop(RedisReplica replica)
    {
        if (!IsKept(replica))
        {
            return;
        }

        _replicas.Remove(replica.Data.Name);
        _reads.Remove(replica.Data.Name);
        replica.Messages.Unsubscribe(CommandFlags.FireAndForget);
    }
}
