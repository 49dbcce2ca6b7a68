using System.Buffers;
using MessagePack;
using ZProc.Core.Client;
using ZProc.Core.Server;
using ZProc.Core.State;
using ZProc.Core.Wire;
using static ZProc.Core.Tests.TestValues;

namespace ZProc.Core.Tests.Attacks;

/// <summary>Well-formed messages, which the fuzz tests damage.</summary>
internal static class Samples
{
    private static readonly DateTime Time = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private static readonly Entry Entry = new(V("value"), 3, Time);
    private static readonly KeyChange[] Changes = [new("a", V(1), V("two")), new("b", null, V(new object?[] { 1, null, true })), new("c", V(2.5), null)];
    private static readonly Update Update = new(Ns, 3, 4, Time, Tester, Changes);

    private static readonly Snapshot Snapshot = new(Ns, 3, 4, [new("a", Entry), new("b", Entry)]);

    /// <summary>The operation and arguments of a request of each kind, and commits with every kind of change.</summary>
    public static byte[][] Requests { get; } =
    [
        Request(Operation.Ping),
        Request(Operation.Get, Member.Text(Ns, "a")),
        Request(Operation.Snapshot, Member.Text(Ns)),
        .. Commits.Select(commit => Request(Operation.Commit, (ref MessagePackWriter writer) => CommitFormat.Write(ref writer, commit))),
        Request(Operation.AcquireTurn, (ref MessagePackWriter writer) =>
        {
            writer.Write("turns");
            WireFormat.Write(ref writer, Tester.Id);
        }),
        Request(Operation.ReleaseTurn, (ref MessagePackWriter writer) =>
        {
            writer.Write("turns");
            writer.Write(1L);
        }),
        Request(Operation.Withdraw, (ref MessagePackWriter writer) => writer.Write(3L)),
        Request(Operation.Subscribe, (ref MessagePackWriter writer) =>
        {
            writer.Write(Ns);
            writer.Write(1L);
        }),
        Request(Operation.Updates, (ref MessagePackWriter writer) =>
        {
            writer.Write(Ns);
            writer.WriteNil();
        }),
        Request(Operation.EndSource, (ref MessagePackWriter writer) => WireFormat.Write(ref writer, Guid.Empty)),
        Request(Operation.Unsubscribe, Member.Text(Ns)),
        Request(Operation.Namespaces),
        Request(Operation.Summary, Member.Text(Ns)),
        Request(Operation.Shutdown),
    ];

    /// <summary>What a server sends, each with the way in which a client reads it.</summary>
    public static (byte[] Body, Reader Read)[] Answers { get; } =
    [
        (Reply(new CommitResult(true, 3, 4, Changes)), static (ref MessagePackReader reader) => CommitFormat.ReadCommitResult(ref reader)),
        (Reply(new TurnGrant(1, 2, 3)), static (ref MessagePackReader reader) => CommitFormat.ReadTurnGrant(ref reader)),
        (Reply(Entry), static (ref MessagePackReader reader) => NamespaceFormat.ReadEntry(ref reader)),
        (Reply(Snapshot), static (ref MessagePackReader reader) => NamespaceFormat.ReadSnapshot(ref reader)),
        (Reply(new UpdatePage(3, [Update, Update])), static (ref MessagePackReader reader) => UpdateFormat.ReadUpdatePage(ref reader)),
        (Reply(new NamespaceSummary(3, 4)), static (ref MessagePackReader reader) => NamespaceFormat.ReadSummary(ref reader)),
        (Reply(new List<NamespaceInfo> { new(Ns, 1, 2, 3, 4, Time) }), static (ref MessagePackReader reader) => NamespaceFormat.ReadNamespaces(ref reader)),
        (Reply(EmptyReply.Instance), static (ref MessagePackReader reader) => RequestTable.ReadEmpty(ref reader)),
        (Reply(new FaultException(Fault.Conflict, "message", 5L)), static (ref MessagePackReader reader) => FaultFormat.ReadFault(ref reader)),
        (Body((ref MessagePackWriter writer) => UpdateFormat.Write(ref writer, Update)), static (ref MessagePackReader reader) => UpdateFormat.ReadUpdate(ref reader)),
        (Body((ref MessagePackWriter writer) => WelcomeFormat.Write(ref writer, new Welcome(1, Guid.NewGuid(), 2, true, false, new StoreOptions()))), static (ref MessagePackReader reader) => WelcomeFormat.ReadWelcome(ref reader)),
    ];

    private static CommitRequest[] Commits =>
    [
        Set("a", "text"),
        Set("b", new Dictionary<string, object?> { ["x"] = 1, ["y"] = new object?[] { 2L, 2.5, DateTime.UnixEpoch, Guid.Empty } }),
        new(Ns, Tester, [new Change(ChangeKind.Increment, "n", V(1)), new Change(ChangeKind.Append, "l", V(new object?[] { 1 })), new Change(ChangeKind.Merge, "m", V(new Dictionary<string, object?> { ["x"] = 1 }))]),
        new(Ns, Tester, [new Change(ChangeKind.Clear, ""), new Change(ChangeKind.PopAny, ""), new Change(ChangeKind.Remove, "a")]),
        new(Ns, Tester, [new Change(ChangeKind.Set, "a", V(1), new Precondition(PreconditionKind.RevisionIs, Revision: 1)), new Change(ChangeKind.Set, "b", V(1), new Precondition(PreconditionKind.ValueIs, Value: V(2)))], 7, true, true),
        RemoveNamespace(),
    ];

    /// <summary>Reads the body of an answer.</summary>
    public delegate void Reader(ref MessagePackReader body);

    private static byte[] Request(Operation operation, Message.Body? body = null) => Body((ref MessagePackWriter writer) =>
    {
        writer.WriteUInt8((byte)operation);
        body?.Invoke(ref writer);
    });

    private static byte[] Reply(object outcome)
    {
        var message = Replies.Build(new Outgoing(1, 2, outcome));
        Message.Open(new ReadOnlySequence<byte>(message), out var body);
        body.Skip();
        body.Skip();
        body.Skip();
        return message[(1 + (int)body.Consumed)..];
    }

    private static byte[] Body(Message.Body body) => Message.Build(MessageType.Request, body)[1..];
}
