using System.Management.Automation;
using ZProc.Errors;
using ZProc.Output;
using ZProc.Processes;

namespace ZProc.Jobs;

/// <summary>
/// The streams of a process as a job, one collection each, as <c>Receive-Job</c> reads them. Output is in one place at a time.
/// First it is in the process's queue, in order. From the first access to the streams the output is here, until
/// <c>Receive-ZProcess</c> takes it back. Thread-safe.
/// </summary>
internal sealed class JobStreams
{
    private readonly object _gate = new();
    private readonly ZProcess _process;
    private readonly Dictionary<OutputKind, JobStream> _streams = [];
    private long _number;
    private volatile JobStream[] _counted = [];
    private volatile bool _isLoaded;

    /// <summary>Creates the streams of a job that has not been started.</summary>
    public JobStreams(ZProcess process)
    {
        _process = process;
        Open();
    }

    /// <summary>
    /// Whether the streams hold items that have not been received. Reads without the gate: the gate is held while PowerShell is
    /// told of data, and PowerShell may then wait for a pipeline that reads this property.
    /// </summary>
    public bool HasMore => _isLoaded && Array.Exists(_counted, static stream => stream.Count > 0);

    /// <summary>Moves the output from the queue to the streams, now and whenever output comes.</summary>
    public void Load()
    {
        lock (_gate)
        {
            if (_isLoaded)
            {
                return;
            }

            _isLoaded = true;
            if (_process.HasExited)
            {
                Open(); // the streams were closed at the end of the job
            }
        }

        _process.Written.Changed += Take;
        Take();
        if (_process.HasExited)
        {
            Complete();
        }
    }

    /// <summary>Moves the items that have not been received back to the queue.</summary>
    public void Unload()
    {
        _process.Written.Changed -= Take;
        lock (_gate)
        {
            if (!_isLoaded)
            {
                return;
            }

            _isLoaded = false;
            var items = _streams.Values.Distinct().SelectMany(stream => stream.TakeAll()).OrderBy(item => item.Number).Select(item => item.Item);
            _process.Written.PutBack(items.ToArray());
        }
    }

    /// <summary>Closes the streams: the process has ended.</summary>
    public void Complete()
    {
        Take();
        lock (_gate)
        {
            foreach (var stream in _isLoaded ? _streams.Values : Enumerable.Empty<JobStream>())
            {
                stream.Complete();
            }
        }
    }

    private static string TextOf(OutputItem item) => item.Open() switch
    {
        InformationalRecord record => record.Message,
        ErrorRecord line => line.ToString(),
        var other => other as string ?? string.Empty,
    };

    /// <summary>Gives the job new streams. PowerShell allows that while the job does not run.</summary>
    private void Open()
    {
        Open(OutputKind.Output, _process.Output = [], static item => PSObject.AsPSObject(item.Open()));
        Open(OutputKind.Error, _process.Error = [], static item => ErrorCodec.Copy((ErrorRecord)item.Open()!));
        Open(OutputKind.Warning, _process.Warning = [], static item => item.Open() as WarningRecord ?? new WarningRecord(TextOf(item)));
        Open(OutputKind.Verbose, _process.Verbose = [], static item => item.Open() as VerboseRecord ?? new VerboseRecord(TextOf(item)));
        Open(OutputKind.Debug, _process.Debug = [], static item => item.Open() as DebugRecord ?? new DebugRecord(TextOf(item)));
        Open(OutputKind.Progress, _process.Progress = [], static item => (ProgressRecord)item.Open()!);
        Open(OutputKind.Information, _process.Information = [], static item =>
            item.Open() as InformationRecord ?? new InformationRecord(new HostInformationMessage { Message = TextOf(item) }, null) { Tags = { "PSHOST" } });
        _counted = [.. _streams.Where(pair => pair.Key is not (OutputKind.Failure or OutputKind.Text)).Select(pair => pair.Value)];

        // PowerShell's job commands write the reason of a failed job as its last error.
        Open(OutputKind.Failure, new PSDataCollection<ErrorRecord>(), static item => (ErrorRecord)item.Open()!);
        _streams[OutputKind.Text] = _streams[OutputKind.Information];
    }

    private void Open<T>(OutputKind kind, PSDataCollection<T> collection, Func<OutputItem, T> open) =>
        _streams[kind] = new JobStream<T>(collection, open);

    private void Take()
    {
        lock (_gate)
        {
            var start = 0L;
            while (_isLoaded && _process.Written.TryRead(ref start, keep: false, out var item))
            {
                _streams[StreamOf(item)].Add(_number++, item);
            }
        }
    }

    // PowerShell's job commands take every record of the error stream for an error, also a line of a native program.
    private static OutputKind StreamOf(OutputItem item) =>
        item.Kind == OutputKind.Error && ErrorRecords.IsNativeLine((ErrorRecord)item.Open()!) ? OutputKind.Text : item.Kind;
}
