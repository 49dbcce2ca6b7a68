using System.Management.Automation;
using ZProc.Core.Wire;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Contexts;

/// <summary>Lets a parameter take a context by its name. A connection string is an error that says what to do.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = BaseObject.Of(inputData);
        return value is not string name
            ? value
            : ContextTable.Find(name)
              ?? throw new ArgumentTransformationMetadataException(ContextAddress.IsOne(name)
                  ? "This is a connection string and not a context. Join the context with Connect-ZProcContext first, or use -ConnectionString where a command has it."
                  : $"This session has no ZProc context named '{name}'.{Suggestion.Sentence(name, ContextTable.All.Select(context => context.Name))} Get-ZProcContext lists the contexts of this session.");
    }
}
