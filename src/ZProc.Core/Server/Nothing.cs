namespace ZProc.Core.Server;

/// <summary>The outcome of a request that has nothing to say but that it was done.</summary>
internal sealed class Nothing
{
    public static readonly Nothing Instance = new();

    private Nothing()
    {
    }
}
