using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Select-String.</summary>
[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "Object")]
public sealed class SelectStringCommand : StandIn
{
    private Regex[] _patterns = [];
    private long _number;
    private bool _found;

    [Parameter(ValueFromPipeline = true, Mandatory = true, ParameterSetName = "Object")]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0)]
    public string[] Pattern { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ParameterSetName = "File", ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string[]? Path { get; set; }

    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    [Parameter]
    public SwitchParameter List { get; set; }

    [Parameter]
    public SwitchParameter NotMatch { get; set; }

    [Parameter]
    public SwitchParameter AllMatches { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter NoEmphasis { get; set; }

    [Parameter]
    public int[]? Context { get => null; set => Refuse(); }

    protected override void Begin()
    {
        RegexOptions options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        _patterns = [.. Pattern.Select(pattern => new Regex(SimpleMatch ? Regex.Escape(pattern) : pattern, options))];
    }

    protected override void ProcessRecord()
    {
        if (Path is null)
        {
            string text = InputObject?.ToString() ?? string.Empty;
            if (InputObject?.BaseObject is FileInfo file)
                Search(file.FullName);
            else
                Consider(text, ++_number, "InputStream", InputObject);
            return;
        }

        foreach (string path in Path)
            Try(() =>
            {
                foreach (string found in SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _))
                    Search(found);
            }, path);
    }

    protected override void EndProcessing()
    {
        if (Quiet && !_found)
            WriteObject(false);
    }

    private void Search(string file)
    {
        long number = 0;
        foreach (string line in File.ReadLines(file))
        {
            if (Consider(line, ++number, file, line) && List)
                return;
        }
    }

    private bool Consider(string line, long number, string file, object? original)
    {
        Regex? pattern = _patterns.FirstOrDefault(candidate => candidate.IsMatch(line));
        if (pattern is null != (bool)NotMatch)
            return false;
        if (Quiet)
        {
            if (!_found)
                WriteObject(true);
            _found = true;
            return true;
        }

        WriteObject(Raw ? original : new MatchInfo
        {
            IgnoreCase = !CaseSensitive,
            LineNumber = number,
            Line = line,
            Path = file,
            Pattern = pattern is null ? Pattern[0] : Pattern[Array.IndexOf(_patterns, pattern)],
            Matches = pattern is null ? [] : AllMatches ? pattern.Matches(line).ToArray() : [pattern.Match(line)],
        });
        return true;
    }
}
