namespace ZProc.Core.Wire;

/// <summary>The type of a message: its first byte. The numbers are part of the protocol.</summary>
internal enum MessageType : byte
{
    // Client to server.
    Request = 3,
    ClientHeartbeat = 4,
    Leave = 5,

    // Server to client.
    Welcome = 17,
    Reply = 18,
    Push = 19,
    ServerHeartbeat = 20,
    PushesEnded = 21,
    Stopping = 22,
    SnapshotPart = 23,
}
