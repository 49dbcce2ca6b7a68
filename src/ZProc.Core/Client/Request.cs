using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>A request to the server, until its reply has come.</summary>
internal abstract class Request
{
    private const int Queued = 0;
    private const int Sent = 1;
    private const int Withdrawn = 2;

    private Message.Body? _body; // null again once it is withdrawn
    private int _state; // Queued, Sent or Withdrawn: only the first one changes
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
    public bool IsSent => Volatile.Read(ref _state) == Sent;

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

    /// <summary>Gives the message that was built, to send it; null when the request was withdrawn.</summary>
    public byte[]? TakeMessage()
    {
        if (Interlocked.CompareExchange(ref _state, Sent, Queued) == Withdrawn)
        {
            return null;
        }

        var message = _message!;
        _message = null;
        return message;
    }

    /// <summary>Withdraws it, unless the server may have it. It is then never sent, and what it would have sent is let go: it may stay in a queue.</summary>
    public bool TryWithdraw()
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Queued) != Queued)
        {
            return false;
        }

        _message = null;
        _body = null;
        return true;
    }

    /// <summary>Handles a reply with a result, in the order of the stream.</summary>
    public abstract void Complete(ref MessagePackReader body);

    /// <summary>Fails the request.</summary>
    public abstract void Fail(FaultException fault);
}
