namespace ZProc.Core.State;

/// <summary>One thing in a <see cref="CommitPipeline"/>: an update, or what is told after the updates before it.</summary>
internal sealed class PipelineStep
{
    /// <summary>The namespace of the update; null for a step without an update.</summary>
    public StoreNamespace? Space { get; init; }

    /// <summary>The update; null for a step without one.</summary>
    public Update? Update { get; init; }

    /// <summary>Whether no reader has seen the update: it is published after it is written, or never.</summary>
    public bool IsStaged { get; init; }

    /// <summary>Told once all updates before are on disk. Called under the store's lock.</summary>
    public Action? Deliver { get; init; }

    /// <summary>Told instead when they could not be written; null when that makes no difference.</summary>
    public Action<FaultException>? Fail { get; init; }
}
