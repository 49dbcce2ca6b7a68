using System.Globalization;
using System.Management.Automation.Host;
using ZProc.Output;

namespace ZProc.Workers;

/// <summary>The host of a process's runspace. It is not interactive, and keeps the exit code of the script.</summary>
internal sealed class WorkerHost : PSHost
{
    private readonly WorkerHostInterface _interface;

    /// <param name="write">Receives text that is written to the host alone, as output of the script.</param>
    public WorkerHost(Action<OutputKind, object?> write) => _interface = new WorkerHostInterface(write);

    /// <summary>The code that the script gave to <c>exit</c>; null when it has not called it.</summary>
    public int? ExitCode { get; set; }

    /// <summary>Stops the pipelines of the runspace.</summary>
    public PipelineStopper Stopper { get; } = new();

    public override string Name => "ZProc";

    public override Version Version { get; } = typeof(WorkerHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _interface;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("A process has no prompt: it is not interactive.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("A process has no prompt: it is not interactive.");

    // The engine calls these two around each native program, on the script's thread, the second before it kills what is left of the program.
    public override void NotifyBeginApplication() => Stopper.HoldProgram();

    public override void NotifyEndApplication() => Stopper.WaitForPrograms();
}
