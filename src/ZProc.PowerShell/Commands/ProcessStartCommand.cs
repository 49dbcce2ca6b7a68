using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core;
using ZProc.Core.Values;
using ZProc.Processes;
using ZProc.Values;
using ZProc.Workers;

namespace ZProc.Commands;

/// <summary>A command that makes processes from script blocks or a file, with the parameters that all such commands have.</summary>
public abstract class ProcessStartCommand : ZProcContextCommand, IDynamicParameters
{
    private protected const string BlockSet = "ScriptBlock";
    private protected const string FileSet = "FilePath";

    private static readonly string[] OsProcessOnly = [nameof(Environment), nameof(PowerShellPath)];

    private readonly List<object?> _input = [];
    private readonly RetryParameters _retry = new();

    /// <summary>The script blocks to run, each as a process.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = BlockSet)]
    public ScriptBlock[] ScriptBlock { get; set; } = [];

    /// <summary>A script file to run.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>The script's <c>$input</c>.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = BlockSet)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = FileSet)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>The process's name. Several processes get numbers after the name.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Whether the script runs in an OS process or in a runspace.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public ProcessKind As { get; set; }

    /// <summary>How many processes of each script block or file there are.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(1, 10_000)]
    public int Count { get; set; } = 1;

    /// <summary>The script's <c>$Props</c>: a copy.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>The script's arguments by position: copies.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>The script's arguments by name: copies.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public IDictionary? Parameter { get; set; }

    /// <summary>A script block that runs before the script, in the same runspace.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Modules to import before the script runs.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ArgumentCompleter(typeof(ModuleCompleter))]
    public string[]? ImportModule { get; set; }

    /// <summary>Functions of this session for the script, with wildcards.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(FunctionCompleter))]
    public string[]? ImportFunction { get; set; }

    /// <summary>The folder in which the script starts. Default: the current folder.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Environment variables for an OS process, in addition to this session's; a value of <c>$null</c> removes a variable.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    public IDictionary? Environment { get; set; }

    /// <summary>The PowerShell program for an OS process. Default: the program that runs this session.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>Seconds that an attempt may take. An attempt that takes longer is stopped and fails with <c>ZProc.Timeout</c>.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Timeout", "TimeoutSeconds")]
    public double? TimeoutSec { get; set; }

    /// <summary>Seconds that all attempts and the intervals between them may take together.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [Alias("Deadline", "DeadlineSeconds")]
    public double? DeadlineSec { get; set; }

    /// <summary>How many items of output are kept until they are received; of more items, the oldest are dropped. Default: all are kept.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateRange(1, long.MaxValue)]
    public long? OutputLimit { get; set; }

    /// <summary>The namespace of the script's <c>$State</c>. Default: the current namespace.</summary>
    [Parameter(ParameterSetName = BlockSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Whether the processes run on machines of the context, each of which has folders of its own and looks for the one that it is given.</summary>
    private protected virtual bool IsForMachines => false;

    /// <summary>The parameters about failed attempts.</summary>
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

    /// <summary>The processes to make, each after <c>-WhatIf</c> and <c>-Confirm</c>.</summary>
    /// <param name="action">The action to confirm.</param>
    private protected IEnumerable<ProcessStart> Starts(string action)
    {
        var context = ResolvedContext;
        context.ProcessDefaults.Apply(MyInvocation.BoundParameters.Keys, this, _retry);
        var template = Template(context);
        var sources = Scripts();
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
                    yield return template with { Script = source, Using = values.Using, Variables = values.Variables, Name = name };
                }
            }
        }
    }

    private (ScriptSource Source, BlockValues Values)[] Scripts()
    {
        if (ParameterSetName == FileSet)
        {
            return [Script()];
        }

        var scripts = new (ScriptSource, BlockValues)[ScriptBlock.Length];
        for (var i = 0; i < scripts.Length; i++)
        {
            scripts[i] = (ScriptSource.Of(ScriptBlock[i]), BlockValues.Of(SessionState, ScriptBlock[i], InitializationScript));
        }

        return scripts;
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

    /// <summary>The part that all processes of this call have in common.</summary>
    private ProcessStart Template(ZProcContext context)
    {
        var isRunspace = As == ProcessKind.Runspace;
        if (isRunspace && OsProcessOnly.FirstOrDefault(name => MyInvocation.BoundParameters.GetValueOrDefault(name) is not null) is { } wrong)
        {
            throw new FaultException(Fault.InvalidArgument, $"-{wrong} needs an OS process, and a runspace runs in this one. Use -As Process.", As);
        }

        return new ProcessStart
        {
            Script = new ScriptSource(string.Empty),
            Namespace = Namespace ?? ContextTable.NamespaceOf(context),
            As = As,
            Props = StartValues.Encode(Props, "-Props"),
            Arguments = (ArgumentList ?? []).Select((value, i) => StartValues.Encode(value, $"-ArgumentList [{i}]")).ToArray(),
            Parameters = Parameters(),
            Input = _input,
            WorkingDirectory = Folder(),
            InitializationScript = InitializationScript is null ? null : ScriptSource.Of(InitializationScript),
            Functions = SessionFunctions.Find(SessionState, ImportFunction),
            Preferences = Preferences.Of(this),
            ImportModule = ModulePaths.Of(SessionState, ImportModule),
            Environment = EnvironmentVariables.Of(isRunspace ? null : Environment), // a default of the context does not apply to a runspace
            PowerShellPath = isRunspace ? null : PowerShellPath,
            Retry = _retry.ToPolicy(this),
            RetryProps = _retry.EncodedProps(),
            AttemptTimeout = TimeOf(TimeoutSec, "-TimeoutSec"),
            Deadline = TimeOf(DeadlineSec, "-DeadlineSec"),
            OutputLimit = OutputLimit,
        };
    }

    private KeyValuePair<string, EncodedValue>[] Parameters()
    {
        var parameters = new KeyValuePair<string, EncodedValue>[Parameter?.Count ?? 0];
        var done = 0;
        foreach (var (name, value) in Entries(Parameter))
        {
            parameters[done++] = new(name, StartValues.Encode(value, $"-Parameter {name}"));
        }

        return parameters;
    }

    private string Folder()
    {
        if (IsForMachines && WorkingDirectory?[0] is '/' or '\\')
        {
            return WorkingDirectory; // of another system, maybe: this one could only change it
        }

        var folder = WorkingDirectory is null
            ? SessionState.Path.CurrentFileSystemLocation.ProviderPath
            : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory);
        return IsForMachines || Directory.Exists(folder) ? folder : throw FaultException.NotFound($"There is no folder '{folder}'. Give an existing folder as -WorkingDirectory.", folder);
    }

    private (ScriptSource Source, BlockValues Values) Script()
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(FilePath);
        if (!File.Exists(path))
        {
            throw FaultException.NotFound($"There is no script file '{path}'. Check -FilePath.", path);
        }

        var script = Parser.ParseFile(path, out _, out var errors);
        return errors.Length == 0
            ? (ScriptSource.OfFile(path, script), BlockValues.Of(SessionState, script.GetScriptBlock(), InitializationScript))
            : throw new FaultException(
                Fault.InvalidArgument, $"'{path}' line {errors[0].Extent.StartLineNumber} is not PowerShell: {errors[0].Message}", path);
    }
}
