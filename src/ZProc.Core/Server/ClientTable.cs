using MessagePack;
using ZProc.Core.Diagnostics;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>
/// The clients of a server, with or without a connection. A client that may only read is another client than one with the same id that
/// may do everything, and its end changes nothing in the store. The table's lock is taken before the store's. Thread-safe.
/// </summary>
internal sealed class ClientTable
{
    private readonly object _gate = new();
    private readonly Dictionary<(Guid Client, AccessLevel Access), Peer> _peers = [];
    private readonly WaitingTickets _waiting = new();
    private readonly Store _store;

    /// <param name="store">The state.</param>
    public ClientTable(Store store) => _store = store;

    /// <summary>How many clients have a connection.</summary>
    public int Connected
    {
        get
        {
            lock (_gate)
            {
                return _peers.Values.Count(peer => peer.Connection is not null);
            }
        }
    }

    /// <summary>Makes a connection the one of its client. An earlier connection of the client ends.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="makeOutlet">Makes the connection's outlet. The first message in it is the WELCOME.</param>
    public Peer Join(ServerConnection connection, Func<Peer, Outlet> makeOutlet)
    {
        lock (_gate)
        {
            var key = (connection.Client, connection.Access);
            var isKnown = _peers.TryGetValue(key, out var peer);
            if (peer is null)
            {
                _peers.Add(key, peer = new Peer(connection.Client, connection.Access, _waiting));
                ZProcMeter.Clients.Add(1);
            }

            isKnown &= !peer.IsExpected; // this server has no outcomes of its requests
            peer.IsExpected = false;
            peer.NoteHeard();
            peer.Connection?.Close();
            var outlet = makeOutlet(peer);
            lock (_store.Gate)
            {
                peer.SetOutlet(outlet);
                var welcome = new Welcome(_store.Sequence, _store.Incarnation, Environment.ProcessId, isKnown, _store.Folder is not null, _store.Options);
                outlet.Waiting.Add(new Outgoing(
                    _store.Sequence, 0, Message.Build(MessageType.Welcome, welcome, static (ref MessagePackWriter writer, Welcome welcome) => WelcomeFormat.Write(ref writer, welcome))));
            }

            peer.Connection = connection;
            ZProcEventSource.Log.ClientJoined(connection.Client, isKnown);
            return peer;
        }
    }

    /// <summary>Gives the clients of an earlier server the time of a session to come back. Then they are gone as if they had been silent.</summary>
    public void Expect(IEnumerable<Guid> clients)
    {
        lock (_gate)
        {
            foreach (var client in clients)
            {
                if (_peers.TryAdd((client, AccessLevel.Full), new Peer(client, AccessLevel.Full, _waiting) { IsExpected = true }))
                {
                    ZProcMeter.Clients.Add(1);
                }
            }
        }
    }

    /// <summary>Notes that a connection has ended. Its client may come back.</summary>
    public void Disconnect(ServerConnection connection, Peer peer)
    {
        lock (_gate)
        {
            if (peer.Connection == connection)
            {
                peer.Connection = null;
                lock (_store.Gate)
                {
                    peer.SetOutlet(null);
                }
            }
        }
    }

    /// <summary>Forgets a client that has left or was silent for too long, with its turns and waiting requests.</summary>
    public void Forget(Peer peer)
    {
        lock (_gate)
        {
            if (!_peers.Remove((peer.Id, peer.Access)))
            {
                return;
            }

            ZProcMeter.Clients.Add(-1);
            ZProcEventSource.Log.ClientGone(peer.Id, peer.Silence.TotalSeconds);
            peer.Connection?.Close();
            peer.Connection = null;
            lock (_store.Gate)
            {
                peer.SetOutlet(null);
                peer.EndRetained();
                peer.IsForgotten = true;
            }
        }

        if (peer.Access == AccessLevel.Full)
        {
            _store.EndClient(peer.Id);
        }
    }

    /// <summary>Restarts the time of every client's silence: this process was suspended, and has not read what the clients sent.</summary>
    public void ForgiveSilence()
    {
        foreach (var peer in Peers())
        {
            peer.NoteHeard();
        }
    }

    /// <summary>Looks after clients that are silent: takes their turns, and ends their sessions later.</summary>
    public void CheckSilence()
    {
        var silent = new HashSet<Guid>();
        foreach (var peer in Peers())
        {
            if (peer.Connection is { IsBehind: true })
            {
                peer.NoteHeard();
            }
            else if (peer.Silence > WireLimits.SessionTimeout)
            {
                Forget(peer);
                if (peer.Access == AccessLevel.Full)
                {
                    SourceCleanup.RunUntilWritten(_store, peer.Id, () => !IsKnown(peer.Id));
                }
            }
            else if (peer.Silence > WireLimits.SilenceTimeout)
            {
                if (peer.Access == AccessLevel.Full)
                {
                    silent.Add(peer.Id);
                }
            }
            else if (peer.Connection is { } connection && connection.Age > WireLimits.SessionTimeout)
            {
                lock (_store.Gate)
                {
                    peer.EndRetained(); // by now the client has resumed its subscriptions
                }
            }
        }

        if (silent.Count > 0)
        {
            _store.RevokeTurns(silent);
        }
    }

    /// <summary>Sends each connected client a message of the server's own, or a sign of life.</summary>
    /// <param name="message">The message; null for the sign of life.</param>
    public void Broadcast(byte[]? message)
    {
        lock (_gate)
        {
            lock (_store.Gate)
            {
                foreach (var outlet in _peers.Values.Select(peer => peer.Outlet).OfType<Outlet>())
                {
                    if (message is null)
                    {
                        outlet.Waiting.AddHeartbeat();
                    }
                    else
                    {
                        outlet.Waiting.Add(new Outgoing(_store.Sequence, 0, message));
                    }
                }
            }
        }
    }

    /// <summary>Forgets all clients, at the end of the server.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            ZProcMeter.Clients.Add(-_peers.Count);
            _peers.Clear();
        }
    }

    private bool IsKnown(Guid client)
    {
        lock (_gate)
        {
            return _peers.ContainsKey((client, AccessLevel.Full));
        }
    }

    private Peer[] Peers()
    {
        lock (_gate)
        {
            return [.. _peers.Values];
        }
    }
}
