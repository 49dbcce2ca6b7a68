using System.Text;
using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Core.State;
using ZProc.Core.Values;

namespace ZProc.StatePeer;

/// <summary>A client that takes a turn and keeps it. When the test says so, it commits in the turn, and reports the outcome.</summary>
internal static class HoldingPeer
{
    private const string Namespace = "default";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void Run(ChildPipes pipes, ReadOnlyMemory<byte> address)
    {
        using var client = PeerClient.Connect(Encoding.UTF8.GetString(address.Span), Deadline.After(Patience));
        var source = new Source(client.Id, "holder", Environment.ProcessId);
        using var turn = client.AcquireTurn(Namespace, source, Deadline.After(Patience));
        pipes.Send(PeerFrame.Ready, default);
        if (pipes.Read() is null)
        {
            return;
        }

        var outcome = "committed";
        try
        {
            client.Commit(new CommitRequest(Namespace, source, [new Change(ChangeKind.Set, "a", ValueCodec.Encode("holder"))], turn.Id), Deadline.After(Patience));
        }
        catch (FaultException fault)
        {
            outcome = fault.Fault.ToString();
        }

        pipes.Send(PeerFrame.Report, Encoding.UTF8.GetBytes(outcome));
    }
}
