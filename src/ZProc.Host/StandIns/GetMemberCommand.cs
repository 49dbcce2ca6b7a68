namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Get-Member.</summary>
[Cmdlet(VerbsCommon.Get, "Member")]
public sealed class GetMemberCommand : StandIn
{
    private readonly HashSet<string> _seen = [];
    private bool _any;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    [Alias("Type")]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    [Parameter]
    public PSMemberViewTypes View { get; set; } = PSMemberViewTypes.All;

    [Parameter]
    public SwitchParameter Static { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
            return;
        _any = true;
        if (Static)
        {
            WriteStatic();
            return;
        }

        string type = InputObject.TypeNames.FirstOrDefault() ?? string.Empty;
        if (!_seen.Add(type))
            return;
        foreach (PSMemberInfo member in Name
            .SelectMany(name => InputObject.Members.Match(name, MemberType))
            .Where(member => Force || !IsAccessor(member))
            .DistinctBy(member => member.Name)
            .OrderBy(member => member.MemberType.ToString(), StringComparer.Ordinal)
            .ThenBy(member => member.Name, StringComparer.OrdinalIgnoreCase))
        {
            WriteObject(new MemberDefinition(type, member.Name, member.MemberType, member.ToString() ?? string.Empty));
        }
    }

    protected override void EndProcessing()
    {
        if (!_any)
            WriteError("NoObjectInGetMember", ErrorCategory.CloseError, new InvalidOperationException("Get-Member got no object."));
    }

    private static bool IsAccessor(PSMemberInfo member) =>
        member.MemberType == PSMemberTypes.Method
        && (member.Name.StartsWith("get_", StringComparison.Ordinal) || member.Name.StartsWith("set_", StringComparison.Ordinal)
            || member.Name.StartsWith("add_", StringComparison.Ordinal) || member.Name.StartsWith("remove_", StringComparison.Ordinal));

    private void WriteStatic()
    {
        Type type = InputObject!.BaseObject as Type ?? InputObject.BaseObject.GetType();
        WildcardPattern[] patterns = [.. Name.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        foreach (IGrouping<string, System.Reflection.MemberInfo> members in type
            .GetMembers(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.FlattenHierarchy)
            .Where(member => member is not System.Reflection.MethodInfo { IsSpecialName: true } && patterns.Any(pattern => pattern.IsMatch(member.Name)))
            .GroupBy(member => member.Name)
            .OrderBy(group => group.Key, StringComparer.OrdinalIgnoreCase))
        {
            PSMemberTypes kind = members.First() is System.Reflection.MethodInfo ? PSMemberTypes.Method : PSMemberTypes.Property;
            if ((kind & MemberType) != 0)
                WriteObject(new MemberDefinition(type.FullName!, members.Key, kind, string.Join(", ", members.Select(member => "static " + member))));
        }
    }
}
