using StackExchange.Redis;
using ZProc.Core.Client;
using ZProc.Core.State;

namespace ZProc.Core.Engines.Redis;

/// <summary>A copy of a namespace of the engine. Guarded by the gate of <see cref="FollowedNamespaces"/>.</summary>
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

    /// <summary>Whether the engine may have other updates than the copy, since a loss. Nothing is applied to the copy meanwhile.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Notes that the engine may have other updates than the copy, and fewer.</summary>
    public void Doubt()
    {
        IsInDoubt = true;
        Confirmed = 0;
    }

    /// <summary>Notes that the engine's updates are those of the copy.</summary>
    public void Trust() => IsInDoubt = false;

    /// <summary>Applies the next update.</summary>
    public void Apply(StampedUpdate next)
    {
        Replica.Apply(next.Update);
        Stamp = next.Stamp;
        Confirm(next.Update.Sequence);
    }

    /// <summary>Notes that the copy has every update up to a sequence. While the copy is in doubt, its revisions say nothing.</summary>
    public void Confirm(long sequence) => Confirmed = IsInDoubt ? 0 : Math.Max(Confirmed, sequence);
}
