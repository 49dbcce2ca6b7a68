using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Wait-Event.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Event")]
public sealed class WaitEventCommand : StandIn, IDisposable
{
    // How long actions of other subscriptions wait for their turn on this thread.
    private const int TurnMilliseconds = 50;

    private readonly ManualResetEventSlim _stopped = new();

    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    public string? SourceIdentifier { get; set; }

    [Parameter]
    [Alias("TimeoutSec")]
    [ValidateRange(-1, int.MaxValue)]
    public int Timeout { get; set; } = -1;

    public void Dispose() => _stopped.Dispose();

    protected override void ProcessRecord()
    {
        WildcardPattern? pattern = SourceIdentifier is null ? null : new WildcardPattern(SourceIdentifier, WildcardOptions.IgnoreCase);
        using var arrived = new AutoResetEvent(false);
        void OnReceived(object sender, PSEventArgs received) => arrived.Set();
        Events.ReceivedEvents.PSEventReceived += OnReceived;
        try
        {
            var watch = Stopwatch.StartNew();
            while (true)
            {
                if (Find(pattern) is { } found)
                {
                    WriteObject(found);
                    return;
                }

                if (Timeout >= 0 && watch.Elapsed.TotalSeconds >= Timeout)
                    return;
                if (WaitHandle.WaitAny([arrived, _stopped.WaitHandle], TurnMilliseconds) == 1)
                    return;
                ZProc.Host.EngineInternals.Call(Events, "ProcessPendingActions");
            }
        }
        finally
        {
            Events.ReceivedEvents.PSEventReceived -= OnReceived;
        }
    }

    protected override void StopProcessing() => _stopped.Set();

    private PSEventArgs? Find(WildcardPattern? pattern)
    {
        lock (Events.ReceivedEvents.SyncRoot)
            return Events.ReceivedEvents.FirstOrDefault(received => pattern is null || pattern.IsMatch(received.SourceIdentifier));
    }
}
