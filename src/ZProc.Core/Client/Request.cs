using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>A request to the server, until its reply has come.</summary>
internal abstract class Request
{
    private readonly Message.Body? _body;
    private byte[]? _message; // between Build and TakeMessage

    protected Request(Operation operation, Message.Body? body)
    {
        Operation = operation;
        _body = body;
    }

    /// <summary>The operation it asks for.</summary>
    public Operation Operation { get; }

    /// <summary>Its number; 0 until it is pending.</summary>
    public long Number { get; set; }

    /// <summary>Collects the parts that come before the reply; null for an operation whose reply has none.</summary>
    public SnapshotAssembly? Parts { get; init; }

    /// <summary>Whether the server may have it. If not, its outcome is known: none.</summary>
    public bool IsSent { get; private set; }

    /// <summary>Builds the message, the first time and each time it is sent again.</summary>
    /// <param name="unresolved">The lowest number without a reply.</param>
    public void Build(long unresolved)
    {
        Parts?.Clear();
        _message = Message.Build(
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

    /// <summary>Gives the message that was built, to send it.</summary>
    public byte[] TakeMessage()
    {
        IsSent = true;
        var message = _message!;
        _message = null;
        return message;
    }

    /// <summary>Handles a reply with a result, in the order of the stream.</summary>
    public abstract void Complete(ref MessagePackReader body);

    /// <summary>Fails the request.</summary>
    public abstract void Fail(FaultException fault);
}
