namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Error, in basic form: the errors with all their parts.</summary>
[Cmdlet(VerbsCommon.Get, "Error", DefaultParameterSetName = "Newest")]
public sealed class GetErrorCommand : StandIn
{
    [Parameter(Position = 0, ValueFromPipeline = true, ParameterSetName = "Error")]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "Newest")]
    [Alias("Last")]
    [ValidateRange(1, int.MaxValue)]
    public int Newest { get; set; } = 1;

    protected override void ProcessRecord()
    {
        IEnumerable<object> errors = InputObject is not null ? [InputObject] : GetVariableValue("Error") is IEnumerable list ? list.Cast<object>().Take(Newest) : [];
        foreach (object error in errors)
        {
            PSObject copy = PSObject.AsPSObject(error).Copy();
            copy.TypeNames.Insert(0, Bare(error) is Exception ? "System.Exception#PSExtendedError" : "System.Management.Automation.ErrorRecord#PSExtendedError");
            WriteObject(copy);
        }
    }
}
