using System.Management.Automation;

namespace ZProc.PowerShell;

/// <summary>Lets a context be named by its name, its connection string apart.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is not string name
            ? value
            : ContextTable.All.FirstOrDefault(context => string.Equals(context.Name, name, StringComparison.OrdinalIgnoreCase))
              ?? throw new ArgumentTransformationMetadataException(
                  $"This session has no ZProc context named '{name}'. Get-ZProcContext lists those it has.");
    }
}
