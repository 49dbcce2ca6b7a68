using System.Management.Automation;
using ZProc.Errors;

namespace ZProc.Output;

/// <summary>Writes output of a process as output of a command, each stream to the same stream.</summary>
internal static class CommandOutput
{
    /// <summary>Writes one item.</summary>
    /// <param name="command">The command.</param>
    /// <param name="kind">The stream.</param>
    /// <param name="value">The object.</param>
    public static void Write(this Cmdlet command, OutputKind kind, object? value)
    {
        switch (kind)
        {
            case OutputKind.Output:
                command.WriteObject(value);
                break;
            case OutputKind.Error when ErrorRecords.IsNativeLine((ErrorRecord)value!):
                NativeLines.Write(command, (ErrorRecord)value!);
                break;
            case OutputKind.Error or OutputKind.Failure:
                command.WriteError(ErrorCodec.Copy((ErrorRecord)value!));
                break;
            case OutputKind.Warning:
                command.WriteWarning(TextOf(value));
                break;
            case OutputKind.Verbose:
                ChosenMessages.WriteVerbose(command, TextOf(value));
                break;
            case OutputKind.Debug:
                ChosenMessages.WriteDebug(command, TextOf(value));
                break;
            case OutputKind.Information:
                command.WriteInformation((InformationRecord)value!);
                break;
            case OutputKind.Progress:
                command.WriteProgress((ProgressRecord)value!);
                break;
            default:
                // Text that bypassed PowerShell is shown as text of Write-Host is.
                command.WriteInformation(new HostInformationMessage { Message = TextOf(value) }, ["PSHOST"]);
                break;
        }
    }

    private static string TextOf(object? value) => (value as InformationalRecord)?.Message ?? value as string ?? string.Empty;
}
