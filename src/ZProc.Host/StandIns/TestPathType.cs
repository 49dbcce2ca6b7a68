namespace Microsoft.PowerShell.Commands;

/// <summary>What Test-Path asks for.</summary>
public enum TestPathType
{
    Any,
    Container,
    Leaf,
}
