namespace ZProc.Core.Wire;

/// <summary>The type of a message: its first byte. The numbers are part of the protocol.</summary>
internal enum MessageType : byte
{
    // Client to server, in the handshake.
    Hello = 1,
    Proof = 2,

    // Client to server, after it.
    Request = 3,
    ClientHeartbeat = 4,
    Leave = 5,

    // Server to client, in the handshake.
    Challenge = 16,

    // Server to client, after it.
    Welcome = 17,
    Reply = 18,
    Push = 19,
    ServerHeartbeat = 20,
    PushesEnded = 21,
    Stopping = 22,
    SnapshotPart = 23,
}
