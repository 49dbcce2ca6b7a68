namespace ZProc.Core.Diagnostics;

/// <summary>A count of something that comes and goes. It is kept whether a listener is there or not, so that a late one sees the truth.</summary>
public sealed class LiveCount
{
    private long _value;

    /// <summary>The present count.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to the count; a negative number takes away.</summary>
    public void Add(long change) => Interlocked.Add(ref _value, change);
}
