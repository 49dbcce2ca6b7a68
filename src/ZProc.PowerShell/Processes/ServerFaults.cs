using ZProc.Core;

namespace ZProc.Processes;

/// <summary>Faults of the state's server that background work meets, where no command is there to report them.</summary>
internal static class ServerFaults
{
    /// <summary>Whether a fault means that the server cannot be reached any more, or that the context has ended.</summary>
    public static bool MeansGone(FaultException fault) => fault.Fault is Fault.ContextStopped or Fault.ConnectionLost or Fault.CannotConnect;

    /// <summary>Whether a watch has ended because it cannot go on from where it was: its reader begins again with the state as it is now.</summary>
    public static bool MeansBehind(FaultException fault) => fault.Fault is Fault.Compacted or Fault.Diverged;

    /// <summary>
    /// Reports a fault on the error stream of the OS process. An exception that left a background thread would end the
    /// OS process.
    /// </summary>
    public static void Report(FaultException fault) => Console.Error.WriteLine($"ZProc: {fault.Message}");
}
