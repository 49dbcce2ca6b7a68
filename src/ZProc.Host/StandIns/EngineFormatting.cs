using Microsoft.PowerShell.Commands.Internal.Format;
using ZProc.Host;

namespace Microsoft.PowerShell.Commands;

/// <summary>Reaches the engine's formatter, whose shell commands the engine's package lacks.</summary>
internal static class EngineFormatting
{
    private const string Space = "Microsoft.PowerShell.Commands.Internal.Format.";

    /// <summary>Makes the command one of the Format- family.</summary>
    public static void UseShape(FrontEndCommandBase command, string shape) =>
        EngineInternals.Set(command, "implementation", EngineInternals.Create(Space + "InnerFormatShapeCommand", EngineInternals.Value(Space + "FormatShape", shape)));

    /// <summary>Makes the command one that writes formatted lines.</summary>
    public static void UseOutput(FrontEndCommandBase command) =>
        EngineInternals.Set(command, "implementation", EngineInternals.Create(Space + "OutputManagerInner"));

    /// <summary>Says where the lines go.</summary>
    public static void SetWriter(FrontEndCommandBase command, TextWriter writer, int width) =>
        EngineInternals.Set(
            EngineInternals.Get(command, "implementation")!, "LineOutput", EngineInternals.Create(Space + "TextWriterLineOutput", writer, width));
}
