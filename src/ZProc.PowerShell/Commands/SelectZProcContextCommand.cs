using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.State;

namespace ZProc.Commands;

/// <summary><c>Select-ZProcContext</c>: sets the current context, or its current namespace, in this runspace.</summary>
[Cmdlet(VerbsCommon.Select, "ZProcContext")]
[OutputType(typeof(ZProcContext))]
public sealed class SelectZProcContextCommand : ContextTargetCommand
{
    /// <summary>The new current namespace.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Outputs the context.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        var context = Target;
        if (Namespace is not null)
        {
            KeyName.Check(Namespace, "namespace");
            if (Runspace.DefaultRunspace == context.Origin)
            {
                context.OwnNamespace = Namespace;
            }
        }

        ContextTable.Select(context, Runspace.DefaultRunspace, Namespace);
        if (PassThru)
        {
            WriteObject(context);
        }
    }
}
