using Microsoft.PowerShell.Commands.Internal.Format;
using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Format-Wide.</summary>
[Cmdlet(VerbsCommon.Format, "Wide")]
public sealed class FormatWideCommand : FrontEndCommandBase
{
    private const string Space = "Microsoft.PowerShell.Commands.Internal.Format.";

    public FormatWideCommand() => EngineFormatting.UseShape(this, "Wide");

    [Parameter(Position = 0)]
    public object? Property { get; set; }

    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Column { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void BeginProcessing()
    {
        object parameters = EngineInternals.Create(Space + "FormattingCommandLineParameters");
        if (Property is not null)
        {
            object processor = EngineInternals.Create(
                "Microsoft.PowerShell.Commands.Internal.Format.ParameterProcessor", EngineInternals.Create(Space + "FormatWideParameterDefinition"));
            object context = EngineInternals.Create(Space + "TerminatingErrorContext", this);
            EngineInternals.Set(parameters, "mshParameterList", EngineInternals.Call(processor, "ProcessParameters", new[] { Property }, context));
        }

        object wide = EngineInternals.Create(Space + "WideSpecificParameters");
        EngineInternals.Set(wide, "columns", Column);
        EngineInternals.Set(parameters, "shapeParameters", wide);
        EngineInternals.Set(parameters, "forceFormattingAlsoOnOutOfBand", (bool)Force);
        if (AutoSize)
            EngineInternals.Set(parameters, "autosize", true);
        EngineInternals.Call(EngineInternals.Get(this, "implementation")!, "SetCommandLineParameters", parameters);
        base.BeginProcessing();
    }
}
