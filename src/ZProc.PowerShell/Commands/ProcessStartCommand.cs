using System.Collections;
using System.Management.Automation.Language;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>A command that makes processes of script blocks or a file: what there is to say about them is the same for all.</summary>
public abstract class ProcessStartCommand : ZProcContextCommand, IDynamicParameters
{
    private protected const string BlockSet = "ScriptBlock";
    private protected const string FileSet = "FilePath";

    private readonly List<object?> _input = [];
    private readonly RetryParameters _retry = new();

    /// <summary>What to run; one process each.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = BlockSet)]
    public ScriptBlock[] ScriptBlock { get; set; } = [];

    /// <summary>A script file to run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>What the script gets as <c>$input</c>.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = BlockSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = FileSet)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>What to call it; several are numbered.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What it runs as.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public ProcessKind As { get; set; }

    /// <summary>How many to start of each.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(1, 10_000)]
    public int Count { get; set; } = 1;

    /// <summary>What the script gets as <c>$Props</c>: a copy.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>Arguments by position: copies.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Arguments by name: copies.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public IDictionary? Parameter { get; set; }

    /// <summary>Runs first, in the same runspace.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Modules to import first.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public string[] ImportModule { get; set; } = [];

    /// <summary>Functions of this session that the script has, too, with wildcards.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [SupportsWildcards]
    public string[] ImportFunction { get; set; } = [];

    /// <summary>Where the script starts. Default: the current folder.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Environment variables of an OS process, added to this session's; <c>$null</c> removes one.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public IDictionary? Environment { get; set; }

    /// <summary>The PowerShell to run an OS process in. Default: the one that runs this session.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>Seconds that an attempt may take; one that takes longer is stopped and has failed with <c>ZProc.Timeout</c>.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Seconds that all attempts and the times between them may take together.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Deadline", "DeadlineSeconds")]
    public double? DeadlineSec { get; set; }

    /// <summary>How many items of output wait to be received at most; of more the oldest are dropped. Default: all are kept.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(1, long.MaxValue)]
    public long? OutputLimit { get; set; }

    /// <summary>The namespace that <c>$State</c> shows. Default: the current one.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>What is to be done about failed attempts.</summary>
    public object? GetDynamicParameters() => _retry;

    /// <inheritdoc/>
    protected sealed override void Process() => ProcessNext();

    /// <summary>Work for each pipeline object, under a name that leaves <c>-Process</c> to the parameter.</summary>
    private protected virtual void ProcessNext()
    {
        if (MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            _input.AddRange(InputItems.Of(MyInvocation, InputObject).Cast<object?>());
        }
    }

    /// <summary>What was asked for: as many processes as there shall be, where the user agrees.</summary>
    /// <param name="action">What is done with them, in words.</param>
    private protected IEnumerable<ProcessStart> Starts(string action)
    {
        var context = TheContext;
        context.ProcessDefaults.Apply(MyInvocation.BoundParameters.Keys, this, _retry);
        var template = Template(context);
        var sources = ParameterSetName == FileSet
            ? [(Source: Script(), Using: template.Using)]
            : ScriptBlock.Select(block => (Source: ScriptSource.Of(block), Using: UsingValues.Collect(block, SessionState))).ToArray();
        var total = sources.Length * Count;
        var number = 0;
        foreach (var (source, values) in sources)
        {
            for (var i = 0; i < Count; i++)
            {
                number++;
                var name = Name is null || total == 1 ? Name : $"{Name}-{number}";
                if (ShouldProcess(name ?? (ParameterSetName == FileSet ? FilePath : source.Text.Trim()), action))
                {
                    yield return template with { Script = source, Using = values, Name = name };
                }
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary? dictionary)
    {
        if (dictionary is not null)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                yield return KeyValuePair.Create(entry.Key.ToString()!, entry.Value);
            }
        }
    }

    /// <summary>What all have in common.</summary>
    private ProcessStart Template(ZProcContext context)
    {
        if (As == ProcessKind.Runspace && (Environment ?? (object?)PowerShellPath) is not null)
        {
            throw new FaultException(
                Fault.InvalidArgument,
                $"{(Environment is null ? "-PowerShellPath" : "-Environment")} needs a process of its own, and a runspace shares this one. Use -As Process.",
                As);
        }

        return new ProcessStart
        {
            Script = new ScriptSource(string.Empty),
            Namespace = Namespace ?? ContextTable.NamespaceOf(context),
            As = As,
            Props = PowerShellValues.Encode(Props, "-Props"),
            Arguments = (ArgumentList ?? []).Select((value, i) => PowerShellValues.Encode(value, $"-ArgumentList [{i}]")).ToArray(),
            Parameters = Entries(Parameter).Select(pair => KeyValuePair.Create(pair.Key, PowerShellValues.Encode(pair.Value, $"-Parameter {pair.Key}"))).ToArray(),
            Input = _input,
            WorkingDirectory = Folder(),
            InitializationScript = InitializationScript is null ? null : ScriptSource.Of(InitializationScript),
            Functions = SessionFunctions.Find(SessionState, ImportFunction),
            Preferences = Preferences.Of(this),
            ImportModule = ImportModule,
            Environment = Entries(Environment).ToDictionary(pair => pair.Key, pair => LanguagePrimitives.ConvertTo<string?>(pair.Value)),
            PowerShellPath = PowerShellPath,
            Retry = _retry.ToPolicy(),
            RetryProps = _retry.EncodedProps(),
            AttemptTimeout = TimeOf(TimeoutSec, "-TimeoutSec"),
            Deadline = TimeOf(DeadlineSec, "-DeadlineSec"),
            OutputLimit = OutputLimit,
        };
    }

    private string Folder()
    {
        var folder = WorkingDirectory is null
            ? SessionState.Path.CurrentFileSystemLocation.ProviderPath
            : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory);
        return Directory.Exists(folder) ? folder : throw new FaultException(Fault.InvalidArgument, $"There is no folder '{folder}' to start in.", folder);
    }

    private ScriptSource Script()
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(FilePath);
        if (!File.Exists(path))
        {
            throw new FaultException(Fault.InvalidArgument, $"There is no script file '{path}'.", path);
        }

        Parser.ParseFile(path, out _, out var errors);
        return errors.Length == 0
            ? ScriptSource.OfFile(path)
            : throw new FaultException(
                Fault.InvalidArgument, $"'{path}' line {errors[0].Extent.StartLineNumber} is not PowerShell: {errors[0].Message}", path);
    }
}
