using System.Diagnostics.Tracing;

namespace ZProc.Core.Diagnostics;

/// <summary>
/// The events of ZProc, as the event source <c>ZProc</c>: for dotnet-trace, OpenTelemetry and the file that the environment
/// variable <c>ZPROC_LOG</c> names (<see cref="EventLog"/>). No event holds a secret, a value of the state, or output of a process.
/// </summary>
[EventSource(Name = SourceName)]
public sealed class ZProcEventSource : EventSource
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "ZProc";

    private ZProcEventSource()
    {
    }

    /// <summary>The only instance.</summary>
    public static ZProcEventSource Log { get; } = new();

    /// <summary>An attempt of a process began to run.</summary>
    [Event(1, Level = EventLevel.Informational, Keywords = Keywords.Processes)]
    public void AttemptStarted(string process, string name, string kind, int attempt, int processId)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Processes))
        {
            WriteEvent(1, process, name, kind, attempt, processId);
        }
    }

    /// <summary>An attempt of a process ended. Without an error, <paramref name="error"/> is empty.</summary>
    [Event(2, Level = EventLevel.Informational, Keywords = Keywords.Processes)]
    public void AttemptEnded(string process, string name, int attempt, int exitCode, double seconds, string error)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Processes))
        {
            WriteEvent(2, process, name, attempt, exitCode, seconds, error);
        }
    }

    /// <summary>A failed attempt is followed by another one after an interval.</summary>
    [Event(3, Level = EventLevel.Warning, Keywords = Keywords.Processes)]
    public void RetryScheduled(string process, string name, int nextAttempt, double delaySeconds)
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Processes))
        {
            WriteEvent(3, process, name, nextAttempt, delaySeconds);
        }
    }

    /// <summary>A process reached its final state.</summary>
    [Event(4, Level = EventLevel.Informational, Keywords = Keywords.Processes)]
    public void ProcessEnded(string process, string name, string state, int attempts)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Processes))
        {
            WriteEvent(4, process, name, state, attempts);
        }
    }

    /// <summary>An OS process is killed: a worker, or a process that a worker started.</summary>
    [Event(5, Level = EventLevel.Warning, Keywords = Keywords.Processes)]
    public void OsProcessKilled(int processId)
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Processes))
        {
            WriteEvent(5, processId);
        }
    }

    /// <summary>A program that a script waits for, or a process that the program started, is asked to end.</summary>
    [Event(7, Level = EventLevel.Informational, Keywords = Keywords.Processes)]
    public void OsProcessTerminated(int processId)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Processes))
        {
            WriteEvent(7, processId);
        }
    }

    /// <summary>A runspace did not stop within its grace and is left to itself.</summary>
    [Event(6, Level = EventLevel.Warning, Keywords = Keywords.Processes)]
    public void RunspaceAbandoned(string name)
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Processes))
        {
            WriteEvent(6, name);
        }
    }

    /// <summary>A server listens.</summary>
    [Event(10, Level = EventLevel.Informational, Keywords = Keywords.Connections)]
    public void ServerStarted(string endpoint)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Connections))
        {
            WriteEvent(10, endpoint);
        }
    }

    /// <summary>A server ended.</summary>
    [Event(11, Level = EventLevel.Informational, Keywords = Keywords.Connections)]
    public void ServerStopped(string endpoint)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Connections))
        {
            WriteEvent(11, endpoint);
        }
    }

    /// <summary>Server: a client proved the secret.</summary>
    [Event(12, Level = EventLevel.Informational, Keywords = Keywords.Connections)]
    public void ClientJoined(Guid client, bool isKnown)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Connections))
        {
            WriteEvent(12, client, isKnown);
        }
    }

    /// <summary>Server: a client is forgotten. Silence in seconds; 0 for a client that left.</summary>
    [Event(13, Level = EventLevel.Informational, Keywords = Keywords.Connections)]
    public void ClientGone(Guid client, double silenceSeconds)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Connections))
        {
            WriteEvent(13, client, silenceSeconds);
        }
    }

    /// <summary>Server: a frame was refused, since its sender has not proved the secret.</summary>
    [Event(14, Level = EventLevel.Warning, Keywords = Keywords.Connections)]
    public void FrameRefused()
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Connections))
        {
            WriteEvent(14);
        }
    }

    /// <summary>Client: the connection is open.</summary>
    [Event(15, Level = EventLevel.Informational, Keywords = Keywords.Connections)]
    public void Connected(string endpoint, bool isResumed)
    {
        if (IsEnabled(EventLevel.Informational, Keywords.Connections))
        {
            WriteEvent(15, endpoint, isResumed);
        }
    }

    /// <summary>Client: the connection was lost and is opened again.</summary>
    [Event(16, Level = EventLevel.Warning, Keywords = Keywords.Connections)]
    public void ConnectionLost(string endpoint, string reason)
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Connections))
        {
            WriteEvent(16, endpoint, reason);
        }
    }

    /// <summary>Client: the connection ended for good: the server was stopped, is gone, or refused this client.</summary>
    [Event(17, Level = EventLevel.Warning, Keywords = Keywords.Connections)]
    public void ConnectionEnded(string endpoint, string reason)
    {
        if (IsEnabled(EventLevel.Warning, Keywords.Connections))
        {
            WriteEvent(17, endpoint, reason);
        }
    }

    /// <summary>A caller waited for the reply to a request. A wait longer than <see cref="SlowRequestThreshold"/> is an event.</summary>
    [NonEvent]
    public void RequestWaited(string subject, TimeSpan time)
    {
        if (time > SlowRequestThreshold && IsEnabled(EventLevel.Warning, Keywords.Requests))
        {
            SlowRequest(subject, time.TotalSeconds);
        }
    }

    /// <summary>An exception was caught on purpose, and the work goes on.</summary>
    [NonEvent]
    public void FaultCaught(string where, Exception exception)
    {
        if (IsEnabled(EventLevel.Verbose, Keywords.Faults))
        {
            FaultCaught(where, exception.GetType().FullName ?? exception.GetType().Name, exception.Message);
        }
    }

    /// <summary>How long a caller waits for a request before the wait is an event.</summary>
    public static TimeSpan SlowRequestThreshold { get; } = TimeSpan.FromSeconds(1);

    [Event(20, Level = EventLevel.Warning, Keywords = Keywords.Requests)]
    private void SlowRequest(string subject, double seconds) => WriteEvent(20, subject, seconds);

    [Event(30, Level = EventLevel.Verbose, Keywords = Keywords.Faults)]
    private void FaultCaught(string where, string type, string message) => WriteEvent(30, where, type, message);

    /// <summary>What an event is about.</summary>
    public static class Keywords
    {
        /// <summary>Starts, ends, retries and kills of processes.</summary>
        public const EventKeywords Processes = (EventKeywords)0x1;

        /// <summary>Servers, clients, losses and refusals.</summary>
        public const EventKeywords Connections = (EventKeywords)0x2;

        /// <summary>Requests to a server.</summary>
        public const EventKeywords Requests = (EventKeywords)0x4;

        /// <summary>Exceptions that are caught on purpose.</summary>
        public const EventKeywords Faults = (EventKeywords)0x8;
    }
}
