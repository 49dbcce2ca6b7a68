using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Update-TypeData, for single members.</summary>
[Cmdlet(VerbsData.Update, "TypeData", SupportsShouldProcess = true)]
public sealed class UpdateTypeDataCommand : StandIn
{
    [Parameter(Position = 0)]
    public string[]? AppendPath { get => null; set => Refuse(); }

    [Parameter]
    public string[]? PrependPath { get => null; set => Refuse(); }

    [Parameter(Mandatory = true)]
    public string TypeName { get; set; } = string.Empty;

    [Parameter]
    public PSMemberTypes? MemberType { get; set; }

    [Parameter]
    public string? MemberName { get; set; }

    [Parameter]
    public object? Value { get; set; }

    [Parameter]
    public object? SecondValue { get; set; }

    [Parameter]
    public string[]? DefaultDisplayPropertySet { get; set; }

    [Parameter]
    public string? DefaultDisplayProperty { get; set; }

    [Parameter]
    public int? SerializationDepth { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (!ShouldProcess(TypeName, "Update TypeData"))
            return;
        var type = new TypeData(TypeName) { IsOverride = Force, DefaultDisplayProperty = DefaultDisplayProperty };
        if (DefaultDisplayPropertySet is not null)
            type.DefaultDisplayPropertySet = new PropertySetData(DefaultDisplayPropertySet);
        if (SerializationDepth is { } depth)
            type.SerializationDepth = (uint)depth;
        if (MemberType is not null && MemberName is not null)
            type.Members.Add(MemberName, Member());
        Try(() => EngineInternals.Types(Runspace.DefaultRunspace).AddType(type), TypeName);
    }

    private TypeMemberData Member()
    {
        object? value = Bare(Value);
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty:
                return new NotePropertyData(MemberName, Value);
            case PSMemberTypes.ScriptProperty:
                return new ScriptPropertyData(MemberName, value as ScriptBlock, Bare(SecondValue) as ScriptBlock);
            case PSMemberTypes.ScriptMethod:
                return new ScriptMethodData(MemberName, value as ScriptBlock);
            case PSMemberTypes.AliasProperty:
                return new AliasPropertyData(MemberName, value?.ToString());
            default:
                Fail("NotSupportedByHost", ErrorCategory.NotImplemented, $"A member of type {MemberType} is not supported by this host.");
                throw new InvalidOperationException();
        }
    }
}
