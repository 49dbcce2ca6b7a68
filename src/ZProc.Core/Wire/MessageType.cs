namespace ZProc.Core.Wire;

/// <summary>The first byte of a message. Requests follow a session token, answers the server's sequence.</summary>
internal enum MessageType : byte
{
    // Client to server, before the secret is proven.
    Hello = 1,
    Proof = 2,

    // Client to server, after.
    Request = 3,
    ClientBeat = 4,
    Leave = 5,


    // Server to client, before the secret is proven.
    Challenge = 16,

    // Server to client, after.
    Welcome = 17,
    Reply = 18,
    Push = 19,
    ServerBeat = 20,
    PushesEnded = 21,
    Stopping = 22,
    SnapshotPart = 23,
}
