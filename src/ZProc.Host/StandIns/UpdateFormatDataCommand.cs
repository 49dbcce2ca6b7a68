using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Update-FormatData.</summary>
[Cmdlet(VerbsData.Update, "FormatData", SupportsShouldProcess = true)]
public sealed class UpdateFormatDataCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("PSPath", "Path")]
    public string[] AppendPath { get; set; } = [];

    [Parameter]
    public string[] PrependPath { get; set; } = [];

    protected override void ProcessRecord()
    {
        InitialSessionState state = Runspace.DefaultRunspace.InitialSessionState;
        foreach (string path in PrependPath)
            Try(() => state.Formats.Add(new SessionStateFormatEntry(SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)[0])), path);
        foreach (string path in AppendPath)
            Try(() => state.Formats.Add(new SessionStateFormatEntry(SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)[0])), path);
        if (ShouldProcess("FormatData", "Update"))
            Try(() => EngineInternals.Call(state, "UpdateFormats", EngineInternals.Get(Runspace.DefaultRunspace, "ExecutionContext")!, false));
    }
}
