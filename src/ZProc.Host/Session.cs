using System.Management.Automation.Language;

namespace ZProc.Host;

/// <summary>One runspace from its opening to its closing, and what the command line wants done in it.</summary>
internal sealed class Session
{
    // Closing waits for what runs in the runspace; what does not stop must not keep the process from ending.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly CommandLine _line;
    private readonly HostShell _host;
    private readonly Lock _gate = new();
    private Pipeline? _running;
    private bool _failed;

    public Session(CommandLine line)
    {
        _line = line;
        _host = new HostShell(line.NonInteractive);
    }

    private static Runspace Runspace => Runspace.DefaultRunspace;

    /// <summary>Runs everything and gives the process's exit code.</summary>
    public int Run()
    {
        Runspace runspace = RunspaceFactory.CreateRunspace(_host, StandInTable.CreateSessionState());
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Name = "Runspace1";
        Runspace.DefaultRunspace = runspace;
        runspace.Open();
        Console.CancelKeyPress += OnCancelKey;

        if (_line.WorkingDirectory is not null)
            Invoke(new Command("Set-Location") { Parameters = { { "LiteralPath", _line.WorkingDirectory } } });

        switch (_line.Action)
        {
            case StartAction.RunFile:
                RunFile();
                break;
            case StartAction.RunCommand:
                _failed |= !RunText(_line.Text, _line.Text);
                break;
            default:
                new CommandReader(this, prompt: _line.Action == StartAction.Prompt, showLogo: !_line.NoLogo).Run();
                break;
        }

        int code = _host.ExitCode ?? (_failed || !LastSucceeded() ? ExitCodes.Failed : ExitCodes.Success);
        Task.WhenAny(Task.Run(runspace.Dispose), Task.Delay(CloseLimit)).Wait();
        return code;
    }

    /// <summary>True once `exit` was said.</summary>
    public bool Ended => _host.ExitCode is not null;

    /// <summary>
    /// Runs text as a command; what it throws is shown. False if it threw. It goes to the history, for only then does the
    /// engine keep its `$?`; a file's is forgotten, and both decide the exit code.
    /// </summary>
    public bool RunText(string text, string? inputText = null) =>
        string.IsNullOrWhiteSpace(text) || Invoke(Runspace.CreatePipeline(text, addToHistory: true), inputText);

    /// <summary>The text of the prompt.</summary>
    public static string PromptText()
    {
        try
        {
            using Pipeline pipeline = Runspace.CreatePipeline("prompt");
            return pipeline.Invoke().FirstOrDefault()?.ToString() ?? "PS> ";
        }
        catch (RuntimeException)
        {
            return "PS> ";
        }
    }

    private void RunFile()
    {
        // A file with another extension is a script with a #! line, which only its text can be run as.
        bool isScriptFile = _line.Text.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);
        string text = isScriptFile ? string.Empty : File.ReadAllText(_line.Text);
        Command command = isScriptFile
            ? new Command(_line.Text, isScript: false, useLocalScope: false)
            : new Command(text, isScript: true, useLocalScope: false);
        foreach (CommandParameter argument in _line.Arguments)
            command.Parameters.Add(argument);

        EngineInternals.LetExitThrough(Runspace);
        _failed = !Invoke(command, isScriptFile ? File.ReadAllText(_line.Text) : text);
    }

    private bool Invoke(Command command, string? text = null)
    {
        Pipeline pipeline = Runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        return Invoke(pipeline, text);
    }

    private bool Invoke(Pipeline pipeline, string? text)
    {
        Exception? thrown;
        using (pipeline)
        {
            pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            pipeline.Commands.Add("Out-Default");
            thrown = Invoke(pipeline, text is not null && Console.IsInputRedirected && UsesInput(text));
        }

        // A stop is no failure of its own: what it did to `$?` decides.
        if (thrown is null or PipelineStoppedException)
            return true;
        Report(thrown);
        return false;
    }

    private Exception? Invoke(Pipeline pipeline, bool feedInput)
    {
        lock (_gate)
            _running = pipeline;
        try
        {
            using var ended = new ManualResetEventSlim();
            pipeline.StateChanged += (_, change) =>
            {
                if (change.PipelineStateInfo.State is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped)
                    ended.Set();
            };

            // Closed before the start, the input counts as none; closed after it, as one that happens to be empty.
            if (!feedInput && pipeline.Input.IsOpen)
                pipeline.Input.Close();
            pipeline.InvokeAsync();
            if (feedInput)
                Feed(pipeline);
            pipeline.Input.Close();
            ended.Wait();
            return pipeline.PipelineStateInfo.Reason;
        }
        catch (RuntimeException wrong)
        {
            return wrong;
        }
        finally
        {
            lock (_gate)
                _running = null;
            ((HostInterface)_host.UI).EndProgress();
        }
    }

    private static void Feed(Pipeline pipeline)
    {
        try
        {
            while (Console.In.ReadLine() is { } line)
                pipeline.Input.Write(line);
        }
        catch (PipelineClosedException)
        {
            // The command ended without reading everything.
        }
    }

    private static bool UsesInput(string text) =>
        Parser.ParseInput(text, out _, out _).Find(
            ast => ast is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase),
            searchNestedScriptBlocks: false) is not null;

    /// <summary>Shows an error in the way the session shows errors, on stderr.</summary>
    private void Report(Exception thrown)
    {
        ErrorRecord error = (thrown as IContainsErrorRecord)?.ErrorRecord
            ?? new ErrorRecord(thrown, "ZProc.Host", ErrorCategory.NotSpecified, null);
        try
        {
            using Pipeline pipeline = Runspace.CreatePipeline();
            var wrapped = new PSObject(error);
            EngineInternals.Set(wrapped, "WriteStream", EngineInternals.Value("System.Management.Automation.WriteStreamType", "Error"));
            pipeline.Commands.Add("Out-Default");
            pipeline.Input.Write(wrapped);
            pipeline.Input.Close();
            if (Invoke(pipeline, feedInput: false) is null)
                return;
        }
        catch (RuntimeException)
        {
            // The formatting itself failed: the plain message is below.
        }

        _host.UI.WriteErrorLine(thrown.Message);
    }

    private static bool LastSucceeded()
    {
        using Pipeline pipeline = Runspace.CreatePipeline("$global:?");
        return LanguagePrimitives.IsTrue(pipeline.Invoke().FirstOrDefault());
    }

    /// <summary>Ctrl+C stops what runs, so that `finally` blocks run; the process goes on.</summary>
    private void OnCancelKey(object? sender, ConsoleCancelEventArgs pressed)
    {
        if (pressed.SpecialKey != ConsoleSpecialKey.ControlC)
            return;
        pressed.Cancel = true;
        lock (_gate)
            _running?.StopAsync();
    }
}
