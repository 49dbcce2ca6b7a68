namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Set-Variable.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
public sealed class SetVariableCommand : ScopedCommand
{
    private readonly List<object?> _values = [];
    private bool _piped;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipeline = true)]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions Option { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SessionStateEntryVisibility Visibility { get => default; set => Refuse(); }

    protected override void Begin() => _piped = !MyInvocation.BoundParameters.ContainsKey(nameof(Value));

    protected override void ProcessRecord()
    {
        if (_piped && MyInvocation.ExpectingInput)
            _values.Add(Value);
    }

    protected override void EndProcessing()
    {
        object? value = !_piped ? Value : _values.Count switch { 0 => null, 1 => _values[0], _ => _values.ToArray() };
        foreach (string name in Name)
        {
            if (!ShouldProcess(name, "Set variable"))
                continue;
            Try(() => Set(name, value));
        }
    }

    private void Set(string name, object? value)
    {
        PSVariable? variable = VariableScope.Find(this, name, Scope ?? "local");
        bool keeps = variable is not null && !MyInvocation.BoundParameters.ContainsKey(nameof(Option));
        if (keeps && !(Force && (variable!.Options & ScopedItemOptions.ReadOnly) != 0))
        {
            variable!.Value = value;
        }
        else
        {
            variable = new PSVariable(name, value, keeps ? variable!.Options : Option);
            VariableScope.Set(this, variable, Scope, Force);
        }

        if (Description is not null)
            variable.Description = Description;
        if (PassThru)
            WriteObject(variable);
    }
}
