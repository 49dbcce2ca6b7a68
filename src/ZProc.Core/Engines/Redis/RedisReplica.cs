using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A copy of a namespace of the engine. Guarded by the gate of <see cref="RedisReplicas"/>.</summary>
internal sealed class RedisReplica
{
    public RedisReplica(NamespaceData data, byte[] stamp, long confirmed, ChannelMessageQueue messages)
    {
        Replica = new Replica(data);
        Stamp = stamp;
        Confirmed = confirmed;
        Messages = messages;
    }

    /// <summary>The copy.</summary>
    public Replica Replica { get; }

    /// <summary>The copy's entries and feed.</summary>
    public NamespaceData Data => Replica.Data;

    /// <summary>The stamp of the newest update; empty where the namespace had none.</summary>
    public byte[] Stamp { get; private set; }

    /// <summary>The sequence up to which the copy certainly has every update of the namespace.</summary>
    public long Confirmed { get; private set; }

    /// <summary>The messages of the namespace's channel.</summary>
    public ChannelMessageQueue Messages { get; }

    /// <summary>The search for missed updates that is underway; null when none is.</summary>
    public Task? CatchingUp { get; set; }

    /// <summary>Whether something has shown, since the last page was asked for, that more updates are missing.</summary>
    public bool IsBehind { get; set; }

    /// <summary>The newest update at a loss after which the engine may have other updates than the copy; null while the copy is known to fit.</summary>
    public (long Revision, byte[] Stamp)? Doubted { get; private set; }

    /// <summary>Notes that the engine may have other updates than the copy, and fewer.</summary>
    public void Doubt()
    {
        Doubted ??= (Data.Revision, Stamp);
        Confirmed = 0;
    }

    /// <summary>Notes that the engine's updates are those of the copy.</summary>
    public void Trust() => Doubted = null;

    /// <summary>Applies the next update.</summary>
    public void Apply(StampedUpdate next)
    {
        Replica.Apply(next.Update);
        Stamp = next.Stamp;
        Confirm(next.Update.Sequence);
    }

    /// <summary>Notes that the copy has every update up to a sequence. While the copy is in doubt, its revisions say nothing.</summary>
    public void Confirm(long sequence) => Confirmed = Doubted is null ? Math.Max(Confirmed, sequence) : 0;
}
