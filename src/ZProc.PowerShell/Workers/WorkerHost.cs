using System.Globalization;
using System.Management.Automation.Host;

namespace ZProc.Workers;

/// <summary>The host of a process's runspace: nobody to talk to, but it hears <c>exit</c>.</summary>
internal sealed class WorkerHost : PSHost
{
    /// <summary>What <c>exit</c> said; null as long as nothing did.</summary>
    public int? ExitCode { get; set; }

    public override string Name => "ZProc";

    public override Version Version { get; } = typeof(WorkerHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <summary>None: what needs a person says so, and what is written goes to the streams.</summary>
    public override PSHostUserInterface? UI => null;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("A process has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("A process has no prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
