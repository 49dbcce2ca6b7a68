using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>Writes the answers to requests.</summary>
internal static class Replies
{
    /// <summary>The message of an answer: the sequence, the request, whether it succeeded, and the outcome.</summary>
    public static byte[] Build(in Outgoing answer) => Message.Build(MessageType.Reply, answer, static (ref MessagePackWriter writer, Outgoing answer) =>
    {
        writer.Write(answer.Sequence);
        writer.Write(answer.Request);
        writer.Write(answer.Outcome is not FaultException);
        switch (answer.Outcome)
        {
            case FaultException fault:
                WireFormat.Write(ref writer, fault);
                break;
            case CommitResult result:
                WireFormat.Write(ref writer, result);
                break;
            case TurnGrant grant:
                WireFormat.Write(ref writer, grant);
                break;
            case Entry entry:
                WireFormat.Write(ref writer, entry);
                break;
            case Snapshot snapshot:
                WireFormat.Write(ref writer, snapshot);
                break;
            case UpdatePage page:
                WireFormat.Write(ref writer, page);
                break;
            case NamespaceSummary summary:
                WireFormat.Write(ref writer, summary);
                break;
            case IReadOnlyList<NamespaceInfo> namespaces:
                WireFormat.Write(ref writer, namespaces);
                break;
            default:
                writer.WriteNil();
                break;
        }
    });
}
