using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Workers;

/// <summary>What one attempt of a process is to do.</summary>
/// <param name="Context">Where.</param>
/// <param name="Start">What.</param>
/// <param name="InstanceId">The process's id in the record; the same for every attempt.</param>
/// <param name="Name">The process's name.</param>
/// <param name="Attempt">Which attempt it is, from 1.</param>
internal sealed record WorkerOrder(ZProcContext Context, ProcessStart Start, Guid InstanceId, string Name, int Attempt)
{
    /// <summary>Who makes the updates of an attempt that runs in the calling OS process.</summary>
    public Source Self => new(InstanceId, Name, Environment.ProcessId);

    /// <summary>The <c>$Process</c> of such an attempt.</summary>
    public ZProcessInfo Info => new(InstanceId, Name, Start.As, Attempt);
}
