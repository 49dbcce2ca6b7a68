using MessagePack;
using ZProc.Core.State;
using ZProc.Core.Wire;

namespace ZProc.Core.Server;

/// <summary>Builds the replies to requests.</summary>
internal static class Replies
{
    /// <summary>Builds a reply: the sequence, the request's number, whether it succeeded, and the outcome.</summary>
    public static byte[] Build(in Outgoing reply) => Message.Build(MessageType.Reply, reply, static (ref MessagePackWriter writer, Outgoing reply) =>
    {
        writer.Write(reply.Sequence);
        writer.Write(reply.Request);
        writer.Write(reply.Outcome is not FaultException);
        switch (reply.Outcome)
        {
            case FaultException fault:
                FaultFormat.Write(ref writer, fault);
                break;
            case CommitResult result:
                CommitFormat.Write(ref writer, result);
                break;
            case TurnGrant grant:
                CommitFormat.Write(ref writer, grant);
                break;
            case Entry entry:
                NamespaceFormat.Write(ref writer, entry);
                break;
            case Snapshot snapshot:
                NamespaceFormat.Write(ref writer, snapshot);
                break;
            case UpdatePage page:
                UpdateFormat.Write(ref writer, page);
                break;
            case NamespaceSummary summary:
                NamespaceFormat.Write(ref writer, summary);
                break;
            case IReadOnlyList<NamespaceInfo> namespaces:
                NamespaceFormat.Write(ref writer, namespaces);
                break;
            default:
                writer.WriteNil();
                break;
        }
    });
}
