namespace ZProc.Host;

/// <summary>Reads a command line as pwsh does: abbreviated parameter names, and a file as the first thing that is none.</summary>
internal sealed class CommandLineParser
{
    // In the order in which pwsh tries them, with the shortest abbreviation it takes.
    private static readonly (string Name, int Shortest, Action<CommandLineParser>? Read)[] Parameters =
    [
        ("version", 1, p => p._action = StartAction.ShowVersion),
        ("help", 1, p => p._action = StartAction.ShowHelp),
        ("?", 1, p => p._action = StartAction.ShowHelp),
        ("login", 1, _ => { }),
        ("noexit", 3, null),
        ("noprofile", 3, _ => { }),
        ("nologo", 3, p => p._noLogo = true),
        ("noninteractive", 4, p => p._nonInteractive = true),
        ("noprofileloadtime", 17, _ => { }),
        ("interactive", 1, p => p._nonInteractive = false),
        ("command", 1, p => p.ReadCommand(encoded: false)),
        ("file", 1, p => p.ReadFile()),
        ("outputformat", 1, p => p.ReadFormat("-OutputFormat")),
        ("of", 2, p => p.ReadFormat("-OutputFormat")),
        ("inputformat", 3, p => p.ReadFormat("-InputFormat")),
        ("if", 2, p => p.ReadFormat("-InputFormat")),
        ("executionpolicy", 2, p => p.Next("-ExecutionPolicy")),
        ("ep", 2, p => p.Next("-ExecutionPolicy")),
        ("encodedcommand", 1, p => p.ReadCommand(encoded: true)),
        ("ec", 2, p => p.ReadCommand(encoded: true)),
        ("workingdirectory", 2, p => p._workingDirectory = p.Next("-WorkingDirectory")),
        ("wd", 2, p => p._workingDirectory = p.Next("-WorkingDirectory")),
        ("servermode", 1, null),
        ("sshservermode", 4, null),
        ("socketservermode", 2, null),
        ("namedpipeservermode", 3, null),
        ("configurationfile", 17, null),
        ("configurationname", 6, null),
        ("custompipename", 3, null),
        ("commandwithargs", 15, null),
        ("cwa", 3, null),
        ("windowstyle", 1, null),
        ("encodedarguments", 8, null),
        ("settingsfile", 8, null),
    ];

    private readonly string[] _words;
    private readonly List<CommandParameter> _arguments = [];
    private int _at;
    private StartAction? _action;
    private string _text = string.Empty;
    private string? _workingDirectory;
    private bool _nonInteractive;
    private bool _noLogo;

    private CommandLineParser(string[] words) => _words = words;

    public static CommandLine Parse(string[] words)
    {
        var parser = new CommandLineParser(words);
        try
        {
            while (parser._at < words.Length && parser._action is null)
                parser.ReadParameter();
        }
        catch (ArgumentException wrong)
        {
            return new CommandLine { Action = StartAction.Fail, Text = wrong.Message };
        }

        return new CommandLine
        {
            Action = parser._action ?? (Console.IsInputRedirected ? StartAction.ReadCommands : StartAction.Prompt),
            Text = parser._text,
            Arguments = parser._arguments,
            WorkingDirectory = parser._workingDirectory,
            NonInteractive = parser._nonInteractive,
            NoLogo = parser._noLogo,
        };
    }

    private void ReadParameter()
    {
        string word = _words[_at].Trim();
        if (word.Length == 0)
        {
            _at++;
            return;
        }

        if (word[0] is not ('-' or '–' or '—' or '―' or '/'))
        {
            ReadFile();
            return;
        }

        string key = word[1..];
        if (key.Length > 0 && word[0] != '/' && key[0] == word[0])
            key = key[1..];

        foreach ((string name, int shortest, Action<CommandLineParser>? read) in Parameters)
        {
            if (key.Length < shortest || !name.StartsWith(key, StringComparison.OrdinalIgnoreCase))
                continue;
            if (read is null)
                throw new ArgumentException($"The parameter -{name} is not supported by this host.");
            _at++;
            read(this);
            return;
        }

        ReadFile();
    }

    private string Next(string parameter) =>
        _at < _words.Length ? _words[_at++] : throw new ArgumentException($"The parameter {parameter} needs a value.");

    private void ReadFormat(string parameter)
    {
        if (!Next(parameter).Equals("Text", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The parameter {parameter} takes no value but Text in this host.");
    }

    private void ReadCommand(bool encoded)
    {
        string word = Next(encoded ? "-EncodedCommand" : "-Command");
        _action = StartAction.RunCommand;
        if (encoded)
        {
            try
            {
                _text = Encoding.Unicode.GetString(Convert.FromBase64String(word));
            }
            catch (FormatException)
            {
                throw new ArgumentException("The value of -EncodedCommand is not Base64 of UTF-16 text.");
            }
        }
        else if (word == "-")
        {
            if (_at < _words.Length)
                throw new ArgumentException("'-Command -' takes no further arguments.");
            if (!Console.IsInputRedirected)
                throw new ArgumentException("'-Command -' reads standard input, which is not redirected.");
            _action = StartAction.ReadCommands;
        }
        else
        {
            _text = string.Join(' ', _words[(_at - 1)..]);
        }

        _at = _words.Length;
    }

    private void ReadFile()
    {
        string word = Next("-File");
        if (word == "-")
        {
            _action = Console.IsInputRedirected ? StartAction.ReadCommands : StartAction.Prompt;
            return;
        }

        _text = Path.GetFullPath(word.Replace('\\', Path.DirectorySeparatorChar));
        if (!File.Exists(_text))
            throw new ArgumentException($"'{word}' is neither a parameter of this host nor a script file that exists.");
        _action = StartAction.RunFile;
        ReadArguments();
    }

    private void ReadArguments()
    {
        string? waiting = null;
        for (; _at < _words.Length; _at++)
        {
            string word = _words[_at];
            if (waiting is not null)
            {
                _arguments.Add(new CommandParameter(waiting, word));
                waiting = null;
            }
            else if (word.Length > 1 && word[0] is '-' or '–' or '—' or '―')
            {
                int colon = word.IndexOf(':', StringComparison.Ordinal);
                if (colon < 0)
                    _arguments.Add(new CommandParameter(word));
                else if (colon == word.Length - 1)
                    waiting = word.TrimEnd(':');
                else
                    _arguments.Add(new CommandParameter(word[..colon], TruthOrText(word[(colon + 1)..])));
            }
            else
            {
                _arguments.Add(new CommandParameter(null, word));
            }
        }
    }

    private static object TruthOrText(string word) =>
        bool.TryParse(word.StartsWith('$') ? word[1..] : word, out bool truth) ? truth : word;
}
