using System.Security;

namespace ZProc.Host;

/// <summary>Where the engine's streams go: output and the informative streams to stdout, errors to stderr.</summary>
internal sealed class HostInterface : PSHostUserInterface
{
    private readonly HostRawInterface _raw = new();
    private readonly bool _nonInteractive;
    private readonly bool _plainOutput = Console.IsOutputRedirected;
    private readonly bool _plainError = Console.IsErrorRedirected;
    private bool _progressShown;

    public HostInterface(bool nonInteractive)
    {
        _nonInteractive = nonInteractive;
        string? terminal = Environment.GetEnvironmentVariable("TERM");
        SupportsVirtualTerminal = terminal is not ("dumb" or "xterm-mono");
        if (!SupportsVirtualTerminal || Environment.GetEnvironmentVariable("NO_COLOR") is not null)
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
    }

    public override PSHostRawUserInterface RawUI => _raw;

    public override bool SupportsVirtualTerminal { get; }

    public override void Write(string value) => WriteOut(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteOut(Colored(foregroundColor, backgroundColor, value));

    public override void WriteLine() => WriteOut("\n");

    public override void WriteLine(string value) => WriteOut(value + "\n");

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        WriteOut(Colored(foregroundColor, backgroundColor, value) + "\n");

    public override void WriteErrorLine(string value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        EndProgress();
        Console.Error.Write(Rendered(value, _plainError) + "\n");
    }

    public override void WriteDebugLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Debug, "DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Verbose, "VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteStyled(PSStyle.Instance.Formatting.Warning, "WARNING: " + message);

    /// <summary>One line, rewritten in place, and only where somebody can see it.</summary>
    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (_plainOutput || !SupportsVirtualTerminal)
            return;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            EndProgress();
            return;
        }

        string percent = record.PercentComplete < 0 ? string.Empty : $" {record.PercentComplete}%";
        string text = $"{record.Activity}: {record.StatusDescription}{percent}".Replace('\n', ' ');
        int width = Math.Max(10, _raw.WindowSize.Width - 1);
        Console.Out.Write("\r" + (text.Length > width ? text[..width] : text) + "\x1b[K");
        _progressShown = true;
    }

    /// <summary>Takes the progress line away.</summary>
    public void EndProgress()
    {
        if (!_progressShown)
            return;
        _progressShown = false;
        Console.Out.Write("\r\x1b[K");
    }

    public override string ReadLine()
    {
        RequireInteraction();
        return Console.In.ReadLine() ?? string.Empty;
    }

    public override SecureString ReadLineAsSecureString()
    {
        RequireInteraction();
        var secret = new SecureString();
        if (Console.IsInputRedirected)
        {
            foreach (char letter in Console.In.ReadLine() ?? string.Empty)
                secret.AppendChar(letter);
            return secret;
        }

        for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
        {
            if (key.Key == ConsoleKey.Backspace && secret.Length > 0)
                secret.RemoveAt(secret.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                secret.AppendChar(key.KeyChar);
        }

        WriteLine();
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RequireInteraction();
        WriteTitle(caption, message);
        var answers = new Dictionary<string, PSObject>();
        foreach (FieldDescription field in descriptions)
        {
            Write($"{field.Name}: ");
            answers[field.Name] = field.ParameterTypeFullName == typeof(SecureString).FullName
                ? PSObject.AsPSObject(ReadLineAsSecureString())
                : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireInteraction();
        WriteTitle(caption, message);
        while (true)
        {
            Write(string.Join("  ", choices.Select((choice, index) => $"[{Key(choice, index)}] {choice.Label.Replace("&", null, StringComparison.Ordinal)}")) + ": ");
            string answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            for (int index = 0; index < choices.Count; index++)
            {
                if (answer.Equals(Key(choices[index], index), StringComparison.OrdinalIgnoreCase)
                    || answer.Equals(choices[index].Label.Replace("&", null, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                {
                    return index;
                }
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw new NotSupportedException("Asking for a credential is not supported by this host.");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        PromptForCredential(caption, message, userName, targetName);

    private static string Key(ChoiceDescription choice, int index)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length
            ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant()
            : (index + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string Rendered(string value, bool plain) =>
        new StringDecorated(value).ToString(plain || PSStyle.Instance.OutputRendering == OutputRendering.PlainText ? OutputRendering.PlainText : OutputRendering.Ansi);

    private static string Colored(ConsoleColor foreground, ConsoleColor background, string value) =>
        (Enum.IsDefined(foreground) ? PSStyle.MapForegroundColorToEscapeSequence(foreground) : string.Empty)
        + (Enum.IsDefined(background) && background != ConsoleColor.Black ? PSStyle.MapBackgroundColorToEscapeSequence(background) : string.Empty)
        + value + PSStyle.Instance.Reset;

    private void WriteTitle(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption))
            WriteLine(caption);
        if (!string.IsNullOrEmpty(message))
            WriteLine(message);
    }

    private void WriteStyled(string style, string text) => WriteOut(style + text + PSStyle.Instance.Reset + "\n");

    private void WriteOut(string value)
    {
        EndProgress();
        Console.Out.Write(Rendered(value, _plainOutput || !SupportsVirtualTerminal));
    }

    private void RequireInteraction()
    {
        if (_nonInteractive)
            throw new PSInvalidOperationException("The host was started with -NonInteractive and cannot ask.");
    }
}
