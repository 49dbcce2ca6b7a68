using System.Collections.Concurrent;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Client;

/// <summary>The replicas and requests of a client whose server is the test: the test sees each request, and decides which message comes when.</summary>
internal sealed class HandFedReplicas
{
    private readonly ConcurrentQueue<byte[]> _sent = new();
    private readonly SemaphoreSlim _available = new(0);

    public HandFedReplicas()
    {
        Requests = new RequestTable(request =>
        {
            _sent.Enqueue(request.TakeMessage()!);
            _available.Release();
        }, () => { }, (waiter, deadline) => waiter.Sleep(deadline));
        Replicas = new Replicas(Requests);
    }

    public RequestTable Requests { get; }

    public Replicas Replicas { get; }

    /// <summary>Opens a watch, as a client would.</summary>
    public Watch Watch(WatchOptions options, CancellationToken cancellation) =>
        new WatchOpening(Requests, Replicas, new ObservedSequence(), options).Open(cancellation);

    /// <summary>How many requests the test has not taken.</summary>
    public int Unseen => _sent.Count;

    /// <summary>The next request, as soon as it is sent.</summary>
    public SentRequest Next(Operation operation)
    {
        Assert.True(_available.Wait(Soon));
        Assert.True(_sent.TryDequeue(out var message));
        var request = new SentRequest(message);
        Assert.Equal(operation, request.Operation);
        return request;
    }

    /// <summary>Answers a request, as the connection's thread would.</summary>
    public void Answer(SentRequest request, Message.Body outcome) => Reply(request, true, outcome);

    /// <summary>Answers a subscription with a snapshot of values.</summary>
    public void Answer(SentRequest subscription, long revision, params IEnumerable<KeyValuePair<string, Entry>> entries) =>
        Answer(subscription, (ref MessagePackWriter writer) => NamespaceFormat.Write(ref writer, new Snapshot(Ns, revision, revision, [.. entries])));

    /// <summary>Answers a request for updates with those from one revision to another.</summary>
    public void Answer(SentRequest updates, long first, long last, long newest) => Answer(updates, (ref MessagePackWriter writer) => UpdateFormat.Write(
        ref writer, new UpdatePage(newest, [.. Enumerable.Range((int)first, (int)(last - first + 1)).Select(revision => Update(revision))])));

    /// <summary>Refuses a request.</summary>
    public void Refuse(SentRequest request, Fault fault, object? target = null) => Reply(
        request, false, (ref MessagePackWriter writer) => FaultFormat.Write(ref writer, new FaultException(fault, "refused", target)));

    /// <summary>Reads as often as makes a copy, or tries to.</summary>
    public NamespaceData? ReadOften(int times = 4) => ReadOften(Ns, times);

    /// <summary>Reads a namespace as often as makes a copy, or tries to.</summary>
    public NamespaceData? ReadOften(string ns, int times = 4)
    {
        NamespaceData? replica = null;
        for (var i = 0; i < times; i++)
        {
            lock (Requests.Gate)
            {
                replica = Replicas.ForReading(ns);
            }
        }

        return replica;
    }

    /// <summary>Makes a copy.</summary>
    public NamespaceData Follow(long revision, params IEnumerable<KeyValuePair<string, Entry>> entries)
    {
        ReadOften();
        Answer(Next(Operation.Subscribe), revision, entries);
        return ReadOften(1)!;
    }

    /// <summary>Makes a copy of a namespace that does not exist.</summary>
    public void FollowMissing(string ns)
    {
        ReadOften(ns);
        Answer(Next(Operation.Subscribe), (ref MessagePackWriter writer) => NamespaceFormat.Write(ref writer, new Snapshot(ns, 0, 0, [])));
    }

    /// <summary>How many copies there are, and how many namespaces have their reads counted.</summary>
    public (int Copies, int Counted) Held
    {
        get
        {
            lock (Requests.Gate)
            {
                return (Replicas.Count, Replicas.Counted);
            }
        }
    }

    /// <summary>An entry of a snapshot.</summary>
    public static KeyValuePair<string, Entry> Entry(string key, object? value, long revision = 1) => new(key, new Entry(V(value), revision, DateTime.UtcNow));

    /// <summary>An update that sets a key to its revision.</summary>
    public static Update Update(long revision, bool removes = false, object? value = null) => new(
        Ns, revision, revision, DateTime.UtcNow, Tester, [new KeyChange("n", null, removes ? null : V(value ?? revision))]) { RemovesNamespace = removes };

    private void Reply(SentRequest request, bool done, Message.Body outcome)
    {
        var reply = Message.Build(MessageType.Reply, (ref MessagePackWriter writer) =>
        {
            writer.Write(request.Number);
            writer.Write(done);
            outcome(ref writer);
        });
        var reader = new MessagePackReader(reply.AsMemory(1));
        Requests.TakeReply(ref reader);
    }
}
