using System.Management.Automation;
using ZProc.Core;
using ZProc.Core.Wire;
using ZProc.Errors;
using ZProc.Values;

namespace ZProc.Contexts;

/// <summary>
/// Lets a parameter take a context by its name. A name that no context has passes the binding of parameters, whose errors have no ids of
/// ZProc, and the command reports it: <see cref="ZProcContext.Refusal"/>. A connection string is an error that says what to do.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ContextTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = BaseObject.Of(inputData);
        return value is string name ? ContextTable.Find(name) ?? new ZProcContext(RefusalOf(name)) : value;
    }

    /// <summary>Why a text names no context.</summary>
    public static FaultException RefusalOf(string name) => ContextAddress.IsOne(name)
        ? new FaultException(
            Fault.InvalidArgument,
            "This is a connection string and not a context. Join the context with Connect-ZProcContext first, or use -ConnectionString where a command has it.",
            ContextAddress.Redact(name))
        : new FaultException(
            Fault.NoContext,
            $"This session has no ZProc context named '{name}'.{Suggestion.Sentence(name, ContextTable.All.Select(context => context.Name))} Get-ZProcContext lists the contexts of this session.",
            ContextAddress.Redact(name));
}
