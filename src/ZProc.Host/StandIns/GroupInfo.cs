namespace Microsoft.PowerShell.Commands;

/// <summary>A group of Group-Object with its members.</summary>
public class GroupInfo
{
    internal GroupInfo(object?[] values) => Values = [.. values];

    public ArrayList Values { get; }

    public int Count => Group.Count;

    public Collection<PSObject> Group { get; } = [];

    public string Name => string.Join(", ", Values.Cast<object?>().Select(value => value is null ? string.Empty : PSObject.AsPSObject(value).ToString()));
}
