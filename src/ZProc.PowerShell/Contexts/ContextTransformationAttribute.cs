using System.Management.Automation;
using ZProc.Core.Wire;

namespace ZProc.Contexts;

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
              ?? throw new ArgumentTransformationMetadataException(ConnectionString.IsOne(name)
                  ? "This is a connection string and not a context. Join with Connect-ZProcContext, or name it with -ConnectionString where that is possible."
                  : $"This session has no ZProc context named '{name}'. Get-ZProcContext lists those it has.");
    }
}
