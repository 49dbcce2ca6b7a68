using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using ZProc.Core.Client;
using ZProc.Core.Diagnostics;
using ZProc.Core.Server;
using ZProc.Core.State;

namespace ZProc.Core.Tests.Diagnostics;

public sealed class EventSourceTests
{
    [Fact]
    public void The_events_are_well_formed()
    {
        var manifest = EventSource.GenerateManifest(typeof(ZProcEventSource), null, EventManifestOptions.Strict);
        Assert.NotNull(manifest);
        Assert.Contains("AttemptEnded", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_proves_the_secret_is_an_event_of_its_server()
    {
        using var listener = new RecordingListener();
        Guid id;
        using (var server = StateServer.Start())
        {
            using var client = RemoteClient.Connect(server.Connection, Deadline.After(TimeSpan.FromSeconds(60)));
            id = client.Id;
        }

        Assert.Contains($"ClientJoined {id} False", listener.Events);
    }

    [Fact]
    public void The_meter_counts_commits_and_shows_what_is_open()
    {
        long commits = 0;
        var watches = new List<long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ZProcMeter.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name == "zproc.commits")
            {
                Interlocked.Add(ref commits, value);
            }
            else if (instrument.Name == "zproc.watches")
            {
                watches.Add(value);
            }
        });
        listener.Start();

        using var client = new LocalClient(new Store());
        using (client.Watch(new WatchOptions { Namespace = TestValues.Ns }))
        {
            client.Commit(TestValues.Set("k", 1));
            listener.RecordObservableInstruments();
        }

        Assert.True(Interlocked.Read(ref commits) >= 1);
        Assert.NotEmpty(watches);
        Assert.True(watches[^1] > 0, "a watch is open while it is observed");
    }

    private sealed class RecordingListener : EventListener
    {
        private readonly List<string> _events = [];

        public RecordingListener() => EnableEvents(ZProcEventSource.Log, EventLevel.Verbose);

        public IReadOnlyList<string> Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            lock (_events)
            {
                _events.Add($"{eventData.EventName} {string.Join(' ', eventData.Payload ?? (IEnumerable<object?>)[])}");
            }
        }
    }
}
