using System.Management.Automation;
using ZProc.Values;

namespace ZProc.Contexts;

/// <summary>Takes the address of a context also from a context of this session, or from its name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextAddressTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        BaseObject.Of(inputData) switch
        {
            ZProcContext context => context.GetConnectionString(),
            string name when ContextTable.Find(name) is { } known => known.GetConnectionString(),
            var other => other,
        };
}
