using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>
/// The user interface of a process's host. Text that the engine or the script writes to the host alone, such as the messages of
/// <c>-WhatIf</c>, becomes output of the process, as text of <c>Write-Host</c> does. A prompt is an error, which says what to do.
/// </summary>
internal sealed class WorkerHostInterface : PSHostUserInterface
{
    private readonly Action<OutputKind, object?> _write;

    // The engine shows a record of the information stream in two steps: the record, which the stream has, then its text.
    private string? _known;

    /// <param name="write">Receives the text, as information records.</param>
    public WorkerHostInterface(Action<OutputKind, object?> write) => _write = write;

    /// <summary>Null: there is no console.</summary>
    public override PSHostRawUserInterface? RawUI => null;

    public override void WriteInformation(InformationRecord record) =>
        _known = record.MessageData is HostInformationMessage { Message: var text } ? text : record.ToString();

    public override void Write(string value) => Show(value, isLine: false);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Show(value, isLine: false, foregroundColor, backgroundColor);

    public override void WriteLine() => Show(string.Empty, isLine: true);

    public override void WriteLine(string value) => Show(value, isLine: true);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Show(value, isLine: true, foregroundColor, backgroundColor);

    public override void WriteErrorLine(string value) => Show(value, isLine: true);

    /// <summary>Nothing: the stream has the message.</summary>
    public override void WriteDebugLine(string message)
    {
    }

    /// <summary>Nothing: the stream has the message.</summary>
    public override void WriteVerboseLine(string message)
    {
    }

    /// <summary>Nothing: the stream has the message.</summary>
    public override void WriteWarningLine(string message)
    {
    }

    /// <summary>Nothing: the stream has the record.</summary>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override string ReadLine() => throw NoInput("a line of input");

    public override SecureString ReadLineAsSecureString() => throw NoInput("a line of input");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, System.Collections.ObjectModel.Collection<FieldDescription> descriptions) =>
        throw NoInput($"'{string.Join("', '", descriptions.Select(static field => field.Name))}'");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NoInput("a credential");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw NoInput("a credential");

    public override int PromptForChoice(
        string caption, string message, System.Collections.ObjectModel.Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NotInteractive(
            $"The script asks for a choice, but runs without a user who could answer. The question is: {message.Trim()} "
            + "For a confirmation, give the command -Confirm:$false or -Force, or set $ConfirmPreference = 'None' in the script.");

    private static HostException NoInput(string what) => NotInteractive(
        $"The script asks for {what}, but runs without a user who could answer. Ask before the script starts, and give the answer to the script by $using:, -Props or -ArgumentList.");

    private static HostException NotInteractive(string message) => new(message, null, "HostFunctionNotImplemented", ErrorCategory.NotImplemented);

    private void Show(string? text, bool isLine, ConsoleColor? foreground = null, ConsoleColor? background = null)
    {
        var isKnown = _known == text;
        _known = null;
        if (!isKnown)
        {
            var message = new HostInformationMessage { Message = text, NoNewLine = !isLine, ForegroundColor = foreground, BackgroundColor = background };
            _write(OutputKind.Information, new InformationRecord(message, null) { Tags = { "PSHOST" } });
        }
    }
}
