namespace Microsoft.PowerShell.Commands;

/// <summary>A group of Group-Object -NoElement: only its size and name.</summary>
public sealed class GroupInfoNoElement
{
    internal GroupInfoNoElement(GroupInfo group)
    {
        Count = group.Count;
        Name = group.Name;
        Values = group.Values;
    }

    public int Count { get; }

    public string Name { get; }

    public ArrayList Values { get; }
}
