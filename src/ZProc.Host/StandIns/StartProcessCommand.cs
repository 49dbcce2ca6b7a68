using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.PowerShell.Commands;

/// <summary>Stands in for Start-Process, for what has a meaning on Unix.</summary>
[Cmdlet(VerbsLifecycle.Start, "Process", SupportsShouldProcess = true)]
public sealed class StartProcessCommand : StandIn, IDisposable
{
    private readonly CancellationTokenSource _stopped = new();

    [Parameter(Position = 0, Mandatory = true)]
    [Alias("PSPath", "Path")]
    public string FilePath { get; set; } = string.Empty;

    [Parameter(Position = 1)]
    [Alias("Args")]
    public string[] ArgumentList { get; set; } = [];

    [Parameter]
    public string? WorkingDirectory { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SwitchParameter Wait { get; set; }

    [Parameter]
    [Alias("NNW")]
    public SwitchParameter NoNewWindow { get; set; }

    [Parameter]
    [Alias("RSI")]
    public string? RedirectStandardInput { get; set; }

    [Parameter]
    [Alias("RSO")]
    public string? RedirectStandardOutput { get; set; }

    [Parameter]
    [Alias("RSE")]
    public string? RedirectStandardError { get; set; }

    [Parameter]
    public Hashtable? Environment { get; set; }

    [Parameter]
    public SwitchParameter UseNewEnvironment { get => default; set => Refuse(); }

    [Parameter]
    public PSCredential? Credential { get => null; set => Refuse(); }

    [Parameter]
    public string? Verb { get => null; set => Refuse(); }

    public void Dispose() => _stopped.Dispose();

    protected override void EndProcessing()
    {
        if (!ShouldProcess(FilePath, "Start-Process"))
            return;
        string program = FilePath;
        if (InvokeCommand.GetCommand(FilePath, CommandTypes.Application) is ApplicationInfo application)
            program = application.Path;
        else if (FilePath.Contains('/', StringComparison.Ordinal))
            program = SessionState.Path.GetUnresolvedProviderPathFromPSPath(FilePath);

        var start = new ProcessStartInfo(program)
        {
            // As the original: the arguments are one text, joined by spaces and not quoted.
            Arguments = string.Join(' ', ArgumentList),
            WorkingDirectory = WorkingDirectory is null ? SessionState.Path.CurrentFileSystemLocation.ProviderPath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory),
            RedirectStandardInput = RedirectStandardInput is not null,
            RedirectStandardOutput = RedirectStandardOutput is not null,
            RedirectStandardError = RedirectStandardError is not null,
        };
        foreach (DictionaryEntry entry in Environment ?? [])
            start.Environment[entry.Key.ToString()!] = entry.Value?.ToString();

        try
        {
            Run(start);
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException($"'{FilePath}' was not started: {failure.Message}", failure), "InvalidOperationException", ErrorCategory.InvalidOperation, null));
        }
    }

    protected override void StopProcessing() => _stopped.Cancel();

    private void Run(ProcessStartInfo start)
    {
        Stream? input = Open(RedirectStandardInput, FileMode.Open, FileAccess.Read);
        Stream? output = Open(RedirectStandardOutput, FileMode.Create, FileAccess.Write);
        Stream? error = Open(RedirectStandardError, FileMode.Create, FileAccess.Write);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        _ = process.SafeHandle; // Keeps the exit code readable after the end.
        Task copies = Task.WhenAll(
            input is null ? Task.CompletedTask : Copy(input, process.StandardInput.BaseStream),
            output is null ? Task.CompletedTask : Copy(process.StandardOutput.BaseStream, output),
            error is null ? Task.CompletedTask : Copy(process.StandardError.BaseStream, error));
        if (PassThru)
            WriteObject(process);
        if (!Wait)
            return;
        try
        {
            process.WaitForExitAsync(_stopped.Token).GetAwaiter().GetResult();
            copies.Wait(_stopped.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped: the process goes on, as with the original.
        }
    }

    private FileStream? Open(string? path, FileMode mode, FileAccess access) =>
        path is null ? null : new FileStream(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path), mode, access, FileShare.ReadWrite);

    private static async Task Copy(Stream from, Stream to)
    {
        await using (from.ConfigureAwait(false))
        await using (to.ConfigureAwait(false))
        {
            byte[] buffer = new byte[8192];
            for (int read = await from.ReadAsync(buffer).ConfigureAwait(false); read > 0; read = await from.ReadAsync(buffer).ConfigureAwait(false))
            {
                await to.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                await to.FlushAsync().ConfigureAwait(false);
            }
        }
    }
}
