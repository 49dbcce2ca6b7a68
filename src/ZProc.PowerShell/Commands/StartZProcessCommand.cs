using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZProc.Core;
using ZProc.Core.Values;

namespace ZProc.PowerShell.Commands;

/// <summary>
/// <c>Start-ZProcess</c>: runs script blocks or a file beside this session, each as an OS process or in a runspace. The
/// script gets <c>$State</c>, <c>$Props</c>, <c>$Process</c> and <c>$Context</c>.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "ZProcess", SupportsShouldProcess = true, DefaultParameterSetName = BlockSet)]
[OutputType(typeof(ZProcess))]
public sealed class StartZProcessCommand : ZProcContextCommand
{
    private const string BlockSet = "ScriptBlock";
    private const string FileSet = "FilePath";

    private readonly List<object?> _input = [];

    /// <summary>What to run; one process each.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = BlockSet)]
    public ScriptBlock[] ScriptBlock { get; set; } = [];

    /// <summary>A script file to run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string FilePath { get; set; } = string.Empty;

    /// <summary>What the script gets as <c>$input</c>.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>What to call it; several are numbered.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What it runs as.</summary>
    [Parameter]
    public ProcessKind As { get; set; }

    /// <summary>How many to start of each.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Count { get; set; } = 1;

    /// <summary>What the script gets as <c>$Props</c>: a copy.</summary>
    [Parameter]
    [AllowNull]
    public object? Props { get; set; }

    /// <summary>Arguments by position: copies.</summary>
    [Parameter]
    [Alias("Args")]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Arguments by name: copies.</summary>
    [Parameter]
    public IDictionary? Parameter { get; set; }

    /// <summary>Runs first, in the same runspace.</summary>
    [Parameter]
    public ScriptBlock? InitializationScript { get; set; }

    /// <summary>Modules to import first.</summary>
    [Parameter]
    public string[] ImportModule { get; set; } = [];

    /// <summary>Where the script starts. Default: the current folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Environment variables of an OS process, added to this session's; <c>$null</c> removes one.</summary>
    [Parameter]
    public IDictionary? Environment { get; set; }

    /// <summary>The PowerShell to run an OS process in. Default: the one that runs this session.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>The namespace that <c>$State</c> shows. Default: the current one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (MyInvocation.ExpectingInput)
        {
            _input.Add(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void End()
    {
        var context = TheContext;
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
                if (ShouldProcess(name ?? (ParameterSetName == FileSet ? FilePath : source.Text.Trim()), "Start ZProc process"))
                {
                    WriteObject(context.Processes.Start(template with { Script = source, Using = values, Name = name }));
                }
            }
        }
    }

    private static EncodedValue Encode(object? value, string parameter)
    {
        try
        {
            return PowerShellValues.Encode(value);
        }
        catch (FaultException fault)
        {
            throw new FaultException(fault.Fault, $"{parameter}: {fault.Message}", fault.Target, fault);
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
            Props = Encode(Props, "-Props"),
            Arguments = (ArgumentList ?? []).Select((value, i) => Encode(value, $"-ArgumentList [{i}]")).ToArray(),
            Parameters = Entries(Parameter).Select(pair => KeyValuePair.Create(pair.Key, Encode(pair.Value, $"-Parameter {pair.Key}"))).ToArray(),
            Input = _input,
            WorkingDirectory = Folder(),
            InitializationScript = InitializationScript is null ? null : ScriptSource.Of(InitializationScript),
            ImportModule = ImportModule,
            Environment = Entries(Environment).ToDictionary(pair => pair.Key, pair => pair.Value?.ToString()),
            PowerShellPath = PowerShellPath,
        };
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
