using System.Collections.Concurrent;
using MessagePack;
using ZProc.Core.Wire;

namespace ZProc.Core.Client;

/// <summary>
/// Sends what a client has to say, in order, on the present stream of its connection. Any thread sends; the one who holds the gate, which
/// is the last of all locks. Without a stream the requests wait.
/// </summary>
internal sealed class RequestSender
{
    private readonly ConcurrentQueue<Request> _queue = new();
    private readonly object _gate = new();
    private ClientStream? _stream; // guarded by the gate

    /// <summary>Whether no request waits.</summary>
    public bool IsEmpty => _queue.IsEmpty;

    /// <summary>Queues a request, built, for <see cref="Send"/>.</summary>
    public void Enqueue(Request request) => _queue.Enqueue(request);

    /// <summary>Drops the queued requests.</summary>
    public void Clear() => _queue.Clear();

    /// <summary>Begins to send on a stream.</summary>
    public void Attach(ClientStream stream)
    {
        lock (_gate)
        {
            _stream = stream;
        }
    }

    /// <summary>Ends the sending on the stream. No thread sends on it after this call.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            _stream = null;
        }
    }

    /// <summary>Sends the queued requests, as far as the server takes them now.</summary>
    public SendStatus Send()
    {
        lock (_gate)
        {
            return SendQueued();
        }
    }

    /// <summary>Sends a heartbeat, with how much was taken from the server, unless the server takes nothing now.</summary>
    public void SendHeartbeat()
    {
        lock (_gate)
        {
            if (_stream is { IsBlocked: false } stream)
            {
                stream.Add(Message.Build(MessageType.ClientHeartbeat, stream.TakeAcknowledgement(), static (ref MessagePackWriter writer, long taken) => writer.Write(taken)));
                stream.Send();
            }
        }
    }

    /// <summary>Sends the queued requests, and then that the client leaves.</summary>
    public void SendLeave()
    {
        lock (_gate)
        {
            if (SendQueued() == SendStatus.Sent)
            {
                _stream!.Add(Message.Build(MessageType.Leave));
                _stream.Send();
            }
        }
    }

    private SendStatus SendQueued()
    {
        if (_stream is not { } stream)
        {
            return SendStatus.NoStream;
        }

        if (stream.IsBlocked)
        {
            stream.Send();
        }

        while (!stream.IsBlocked && !_queue.IsEmpty)
        {
            for (var bytes = 0; bytes < WireLimits.ChunkBytes && _queue.TryDequeue(out var request);)
            {
                if (request.TakeMessage() is { } message)
                {
                    stream.Add(message);
                    bytes += message.Length;
                }
            }

            stream.Send();
        }

        return stream.IsBlocked ? SendStatus.Blocked : SendStatus.Sent;
    }
}
