using System.Diagnostics.Metrics;

namespace ZProc.Core.Diagnostics;

/// <summary>The figures of this OS process, as the meter <c>ZProc</c>: for dotnet-counters and OpenTelemetry.</summary>
public static class ZProcMeter
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "ZProc";

    private static readonly Meter Instance = new(MeterName);

    /// <summary>Commits that changed a namespace of a server in this process.</summary>
    public static Counter<long> Commits { get; } = Instance.CreateCounter<long>("zproc.commits", "{commit}", "Commits that changed a namespace.");

    /// <summary>Requests that servers of this process served for other processes.</summary>
    public static Counter<long> Requests { get; } = Instance.CreateCounter<long>("zproc.requests", "{request}", "Requests served for other processes.");

    /// <summary>Clients that are connected to servers of this process.</summary>
    public static LiveCount Clients { get; } = Observe("zproc.clients", "{client}", "Clients connected to servers of this process.");

    /// <summary>Processes that run under this session.</summary>
    public static LiveCount Processes { get; } = Observe("zproc.processes", "{process}", "Processes that run under this session.");

    /// <summary>Watches that are open in this process.</summary>
    public static LiveCount Watches { get; } = Observe("zproc.watches", "{watch}", "Open watches.");

    /// <summary>Writes and turns that wait for a turn to end.</summary>
    public static LiveCount WaitingTickets { get; } = Observe("zproc.queue.turns", "{ticket}", "Writes and turns that wait for a turn.");

    /// <summary>Answers and updates that wait for a server's thread to send them.</summary>
    public static LiveCount Outgoing { get; } = Observe("zproc.queue.outgoing", "{message}", "Answers and updates that wait to be sent.");

    private static LiveCount Observe(string name, string unit, string description)
    {
        var count = new LiveCount();
        Instance.CreateObservableUpDownCounter(name, () => count.Value, unit, description);
        return count;
    }
}
