using ZProc.Core;
using ZProc.Core.Processes;
using ZProc.Errors;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>Sends a script's output and a worker's reports to the parent, in order. Thread-safe.</summary>
internal sealed class WorkerOutput
{
    private readonly ChildPipes _pipes;

    /// <param name="pipes">The way to the parent.</param>
    public WorkerOutput(ChildPipes pipes) => _pipes = pipes;

    /// <summary>Sends an object that the script wrote.</summary>
    /// <exception cref="ZProcException">The object cannot travel: an error of the script.</exception>
    public void Write(OutputKind kind, object? value)
    {
        try
        {
            _pipes.Send((byte)kind, OutputCodec.Encode(kind, value));
        }
        catch (FaultException fault)
        {
            throw ErrorRecords.ExceptionOf(fault);
        }
    }

    /// <summary>Sends a report.</summary>
    public void Report(WorkerFrame kind, ReadOnlyMemory<byte> payload = default) => _pipes.Send((byte)kind, payload);
}
