namespace ZProc.Host;

/// <summary>The engine's view of this host.</summary>
internal sealed class HostShell : PSHost
{
    private readonly HostInterface _interface;

    public HostShell(bool nonInteractive) => _interface = new HostInterface(nonInteractive);

    /// <summary>What `exit` asked for; null as long as nothing did.</summary>
    public int? ExitCode { get; private set; }

    public override string Name => "ZProc.Host";

    public override Version Version { get; } = typeof(HostShell).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _interface;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("A nested prompt is not supported by this host.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("A nested prompt is not supported by this host.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
