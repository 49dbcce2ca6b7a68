namespace ZProc.Core.Server;

/// <summary>The outcome of a request that succeeded and has no result.</summary>
internal sealed class EmptyReply
{
    public static readonly EmptyReply Instance = new();

    private EmptyReply()
    {
    }
}
