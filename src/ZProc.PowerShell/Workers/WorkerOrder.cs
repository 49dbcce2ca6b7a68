using ZProc.Contexts;
using ZProc.Core.State;
using ZProc.Processes;

namespace ZProc.Workers;

/// <summary>One attempt of a process: what a worker runs.</summary>
/// <param name="Context">The context in which it runs.</param>
/// <param name="Start">The script, and everything that it is given.</param>
/// <param name="InstanceId">The id of the process's record, which all attempts share.</param>
/// <param name="Name">The process's name.</param>
/// <param name="Attempt">The number of the attempt, from 1.</param>
internal sealed record WorkerOrder(ZProcContext Context, ProcessStart Start, Guid InstanceId, string Name, int Attempt)
{
    /// <summary>The source of the updates of an attempt that runs in the calling OS process. Each call makes another object.</summary>
    public Source Self => new(InstanceId, Name, Environment.ProcessId);

    /// <summary>The <c>$Process</c> of the attempt.</summary>
    public ZProcessInfo Info => new(InstanceId, Name, Start.As, Attempt);
}
