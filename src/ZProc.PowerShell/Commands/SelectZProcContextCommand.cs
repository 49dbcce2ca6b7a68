using System.Management.Automation.Runspaces;
using System.Management.Automation;
using ZProc.Completers;
using ZProc.Contexts;
using ZProc.Core.State;

namespace ZProc.Commands;

/// <summary><c>Select-ZProcContext</c>: makes a context, or another namespace of it, the current one of this runspace.</summary>
[Cmdlet(VerbsCommon.Select, "ZProcContext")]
[OutputType(typeof(ZProcContext))]
public sealed class SelectZProcContextCommand : ContextTargetCommand
{
    /// <summary>The namespace that is current from now on.</summary>
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
                context.Namespace = Namespace;
            }
        }

        ContextTable.Select(context, Runspace.DefaultRunspace, Namespace);
        if (PassThru)
        {
            WriteObject(context);
        }
    }
}
