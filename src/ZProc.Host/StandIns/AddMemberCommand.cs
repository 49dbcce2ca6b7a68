namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Add-Member.</summary>
[Cmdlet(VerbsCommon.Add, "Member", DefaultParameterSetName = "TypeNameSet")]
public sealed class AddMemberCommand : StandIn
{
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = new();

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "MemberSet")]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "MemberSet")]
    public string Name { get; set; } = string.Empty;

    [Parameter(Position = 2, ParameterSetName = "MemberSet")]
    public object? Value { get; set; }

    [Parameter(Position = 3, ParameterSetName = "MemberSet")]
    public object? SecondValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertySingleMemberSet")]
    [NotMemberType]
    public string NotePropertyName { get; set; } = string.Empty;

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "NotePropertySingleMemberSet")]
    [AllowNull]
    public object? NotePropertyValue { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "NotePropertyMultiMemberSet")]
    public IDictionary? NotePropertyMembers { get; set; }

    [Parameter]
    public string? TypeName { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case "NotePropertySingleMemberSet":
                Add(new PSNoteProperty(NotePropertyName, NotePropertyValue));
                break;
            case "NotePropertyMultiMemberSet":
                foreach (DictionaryEntry entry in NotePropertyMembers!)
                    Add(new PSNoteProperty(entry.Key.ToString(), entry.Value));
                break;
            case "MemberSet":
                Add(Member());
                break;
        }

        if (!string.IsNullOrEmpty(TypeName))
            InputObject.TypeNames.Insert(0, TypeName);
        if (PassThru)
            WriteObject(InputObject);
    }

    private PSMemberInfo? Member()
    {
        object? value = Bare(Value);
        object? second = Bare(SecondValue);
        switch (MemberType)
        {
            case PSMemberTypes.NoteProperty:
                return new PSNoteProperty(Name, Value);
            case PSMemberTypes.ScriptProperty:
                return new PSScriptProperty(Name, value as ScriptBlock, second as ScriptBlock);
            case PSMemberTypes.ScriptMethod when value is ScriptBlock script:
                return new PSScriptMethod(Name, script);
            case PSMemberTypes.AliasProperty when value is not null:
                return new PSAliasProperty(Name, value.ToString());
            default:
                Fail("NotSupportedByHost", ErrorCategory.NotImplemented, $"A member of type {MemberType} with this value is not supported by this host.");
                return null;
        }
    }

    private void Add(PSMemberInfo? member)
    {
        if (member is null)
            return;
        if (InputObject.Members[member.Name] is { } known)
        {
            if (!Force)
            {
                WriteError("MemberAlreadyExists", ErrorCategory.InvalidOperation, new InvalidOperationException(
                    $"The object has a member '{member.Name}' already; -Force replaces it."), InputObject);
                return;
            }

            if (known.IsInstance)
                InputObject.Members.Remove(member.Name);
        }

        InputObject.Members.Add(member);
    }
}
