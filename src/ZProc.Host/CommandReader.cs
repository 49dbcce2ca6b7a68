using System.Management.Automation.Language;

namespace ZProc.Host;

/// <summary>Reads commands line by line, from a terminal with a prompt or from redirected input without one.</summary>
internal sealed class CommandReader
{
    private readonly Session _session;
    private readonly bool _prompt;

    public CommandReader(Session session, bool prompt, bool showLogo)
    {
        _session = session;
        _prompt = prompt;
        if (prompt && showLogo)
            Console.WriteLine("ZProc.Host: a small PowerShell host. 'exit' leaves.");
    }

    /// <summary>Runs what it reads until `exit` or the end of the input.</summary>
    public void Run()
    {
        var block = new StringBuilder();
        while (!_session.Ended)
        {
            if (_prompt)
                Console.Write(block.Length == 0 ? Session.PromptText() : ">> ");
            string? line = Console.In.ReadLine();
            if (line is null && _prompt && !Console.IsInputRedirected)
                Console.WriteLine();

            if (block.Length > 0)
            {
                // As in pwsh, an empty line ends a statement of several lines.
                if (!string.IsNullOrWhiteSpace(line))
                {
                    block.Append('\n').Append(line);
                    continue;
                }

                _session.RunText(block.ToString());
                block.Clear();
            }
            else if (line is not null && IsIncomplete(line))
            {
                block.Append(line);
                continue;
            }
            else if (line is not null)
            {
                _session.RunText(line);
            }

            if (line is null)
                return;
        }
    }

    private static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(error => error.IncompleteInput);
    }
}
