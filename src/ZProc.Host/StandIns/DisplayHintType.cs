namespace Microsoft.PowerShell.Commands;

/// <summary>Which part of a date its view shows.</summary>
public enum DisplayHintType
{
    Date,
    Time,
    DateTime,
}
