using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>A request on its way, until its answer has come.</summary>
internal abstract class Request
{
    private readonly Message.Body? _body;

    protected Request(Operation operation, Message.Body? body)
    {
        Operation = operation;
        _body = body;
    }

    /// <summary>What it asks for.</summary>
    public Operation Operation { get; }

    /// <summary>Its number; 0 until it is registered.</summary>
    public long Number { get; set; }

    /// <summary>Takes the parts of the answer that come before it; null when it has none.</summary>
    public SnapshotAssembly? Parts { get; init; }

    /// <summary>The message, as first sent and as sent again.</summary>
    /// <param name="unresolved">The lowest number without an answer.</param>
    public byte[] Build(long unresolved)
    {
        Parts?.Clear();
        return Message.Build(
            MessageType.Request,
            (Request: this, Unresolved: unresolved),
            static (ref MessagePackWriter writer, (Request Request, long Unresolved) content) =>
            {
                writer.Write(content.Request.Number);
                writer.Write(content.Unresolved);
                writer.WriteUInt8((byte)content.Request.Operation);
                content.Request._body?.Invoke(ref writer);
            });
    }

    /// <summary>Takes the answer, in the order of the stream.</summary>
    public abstract void Complete(ref MessagePackReader body);

    public abstract void Fail(FaultException fault);
}
